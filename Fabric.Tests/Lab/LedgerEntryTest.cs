using Fabric.Agent.Lab;

namespace Fabric.Tests.Lab;

public class LedgerEntryTest
{
    [Test]
    public void AnEntryIsReadAsItWasWritten([Values] LedgerEntryKind kind)
    {
        var entry = new LedgerEntry(kind, "fab-lab-web1");

        LedgerEntry.TryParse(entry.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(entry);
    }

    [Test]
    public void ALineThatWasNotFinishedDoesNotCount() =>
        LedgerEntry
            .ParseAll("Namespace a\nInterface b\nNamespace fab-lab-w")
            .ShouldBe([new LedgerEntry(LedgerEntryKind.Namespace, "a"), new LedgerEntry(LedgerEntryKind.Interface, "b")]);

    [TestCase("")]
    [TestCase("Namespace")]
    [TestCase("Namespace ")]
    [TestCase("Bridge a")]
    [TestCase("7 a")]
    public void WhatIsNoEntryIsPassedOver(string line)
    {
        LedgerEntry.TryParse(line, out _).ShouldBeFalse();
        LedgerEntry.ParseAll($"{line}\nInterface b\n").ShouldBe([new LedgerEntry(LedgerEntryKind.Interface, "b")]);
    }
}
