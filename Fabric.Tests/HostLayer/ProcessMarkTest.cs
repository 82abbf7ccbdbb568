using Fabric.Agent.Host;

namespace Fabric.Tests.HostLayer;

public class ProcessMarkTest
{
    private const string Rest = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 667365 20 21";

    [TestCase("4711 (fabric) S " + Rest)]
    [TestCase("4711 (a b) c) R " + Rest)]
    [TestCase("4711 (((Z) 1) S " + Rest)]
    public void TheStartIsFoundWhateverTheProcessIsCalled(string stat)
    {
        ProcessMark.TryParseStat(stat, out var mark).ShouldBeTrue();
        mark.ShouldBe(new ProcessMark(4711, 667365));
    }

    [TestCase("")]
    [TestCase("4711")]
    [TestCase("4711 (fabric) S 1 2 3")]
    [TestCase("4711 (fabric) Z " + Rest, Description = "ended, and waits for its parent")]
    public void WhatDoesNotRunHasNoMark(string stat) => ProcessMark.TryParseStat(stat, out _).ShouldBeFalse();

    [Test]
    public void AMarkIsReadAsItWasWritten()
    {
        ProcessMark.TryParse(new ProcessMark(12, 34).ToString(), out var mark).ShouldBeTrue();
        mark.ShouldBe(new ProcessMark(12, 34));
        ProcessMark.TryParse("12", out _).ShouldBeFalse();
        ProcessMark.TryParse("12 -1", out _).ShouldBeFalse();
    }
}
