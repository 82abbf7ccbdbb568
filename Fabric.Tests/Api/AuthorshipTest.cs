using Fabric.Agent.Api;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Api;

[TestFixture]
public class AuthorshipTest
{
    [TestCase("ana", "ana", "ana")]
    [TestCase("ana", "", "ana")]
    [TestCase("root", "ana", "root (ana)")]
    [TestCase("1000", "ana", "1000 (ana)")]
    [TestCase("eve", "root", "eve (root)")]
    [TestCase("eve", "x) root (ana", "eve (x root ana)")]
    [TestCase("eve", "\n\0root\u001b[2K", "eve (root[2K)")]
    [TestCase("eve", "  ()\t ", "eve")]
    public void TheFactStandsFirstAndTheClaimInBrackets(string user, string claim, string author) =>
        Authorship.Of(user, claim).ShouldBe(author);

    [Test]
    public void HalfACharacterIsNoReasonToRefuse() => Authorship.Of("eve", "a\ud800").ShouldBe("eve (a\ufffd)");

    [Test]
    public void WhateverIsClaimedTheAuthorCanBeStored()
    {
        foreach (var length in new[] { 1, 32, 120, 128 })
        {
            var author = Authorship.Of(new string('u', length), new string('\u00e9', 100_000));
            author.Length.ShouldBeLessThanOrEqualTo(EnvelopeRules.MaxAuthorLength);
            author.Split(' ')[0].ShouldBe(new string('u', length));
        }
    }
}
