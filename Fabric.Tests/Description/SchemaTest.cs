using Fabric.Agent.Description.Writing;

namespace Fabric.Tests.Description;

public class SchemaTest
{
    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void WhatIsExportedFitsTheSchema(int seed) =>
        SchemaCheck.WhyNot(DescriptionWriter.Write(AnyNetwork.Of(seed))).ShouldBeNull($"seed {seed}");

    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void AnyRuleThatIsExportedFitsTheSchema(int seed) =>
        SchemaCheck.WhyNot(DescriptionWriter.Write(AnyNetwork.WithRules(seed))).ShouldBeNull($"seed {seed}");

    [TestCase("fabric: v2", "none of")]
    [TestCase("hosts: {}", "has no fabric")]
    [TestCase("fabric: v1\nbridges: {}", "not known")]
    [TestCase("fabric: v1\ntenants: { t: { bridges: { b: { admin: on } } } }", "none of")]
    [TestCase("fabric: v1\ntenants: { t: { bridges: [] } }", "is no")]
    [TestCase("fabric: v1\ntenants: { t: { bridges: { 'a b': {} } } }", "is no name")]
    [TestCase("fabric: v1\ntenants: { t: { chains: { c: [ { do: drop } ] } } }", "has no name")]
    [TestCase("fabric: v1\ntenants: { t: { chains: { c: [ { name: r, do: dorp } ] } } }", "fits no choice")]
    [TestCase("fabric: v1\ntenants: { t: { chains: { c: [ { name: r, do: drop, vlan: 4095 } ] } } }", "out of range")]
    public void AMistakeDoesNotFitTheSchema(string yaml, string why) => SchemaCheck.WhyNot(yaml).ShouldNotBeNull().ShouldContain(why);

    [Test]
    public void TheExampleWithEveryKeyFitsTheSchema() => SchemaCheck.WhyNot(RoundTripTest.Everything).ShouldBeNull();
}
