using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Tests.Connections;

public class FragmentTableTest
{
    private static readonly FragmentHead Head = new(17, 1000, 2000, 0);
    private static readonly PortId Greedy = new(1);
    private static readonly PortId Modest = new(2);

    [Test]
    public void WhatAFirstFragmentToldIsKnownForItsTime()
    {
        var table = new FragmentTable();
        table.Find(Key(Modest, 1), out _).ShouldBe(FragmentStanding.Awaited);
        table.Remember(Key(Modest, 1), Head, TimeSpan.Zero);
        table.Find(Key(Modest, 1), out var head).ShouldBe(FragmentStanding.Known);
        head.ShouldBe(Head);
        table.Expire(FragmentTable.Lifetime - TimeSpan.FromTicks(1));
        table.Count.ShouldBe(1);
        table.Expire(FragmentTable.Lifetime);
        (table.Count, table.GaveWay).ShouldBe((0, 0));
    }

    [Test]
    public void ANumberThatIsUsedAgainBeginsItsTimeAnew()
    {
        var table = new FragmentTable();
        table.Remember(Key(Modest, 1), Head, TimeSpan.Zero);
        var later = Head with { Source = 1001 };
        table.Remember(Key(Modest, 1), later, TimeSpan.FromSeconds(20));
        table.Expire(FragmentTable.Lifetime);
        table.Find(Key(Modest, 1), out var head).ShouldBe(FragmentStanding.Known);
        head.ShouldBe(later);
        table.Expire(FragmentTable.Lifetime + TimeSpan.FromSeconds(20));
        table.Count.ShouldBe(0);
    }

    [Test]
    public void ALostPacketIsFoundAgainWhenItsFirstFragmentComesAtLast()
    {
        var table = new FragmentTable();
        table.Lose(Key(Modest, 1), TimeSpan.Zero);
        table.Find(Key(Modest, 1), out _).ShouldBe(FragmentStanding.Lost);
        table.Remember(Key(Modest, 1), Head, TimeSpan.Zero);
        table.Lose(Key(Modest, 1), TimeSpan.Zero);
        table.Find(Key(Modest, 1), out _).ShouldBe(FragmentStanding.Known);
    }

    [Test]
    public void APortThatSendsFirstFragmentsAloneForgetsItsOwn()
    {
        var table = new FragmentTable();
        table.Remember(Key(Modest, 1), Head, TimeSpan.Zero);
        for (uint i = 0; i < FragmentTable.MaxPackets * 2; i++)
            table.Remember(Key(Greedy, i), Head, TimeSpan.FromSeconds(1));
        table.Count.ShouldBe(FragmentTable.MaxPerPort + 1);
        table.GaveWay.ShouldBe(FragmentTable.MaxPackets * 2 - FragmentTable.MaxPerPort);
        table.Find(Key(Modest, 1), out _).ShouldBe(FragmentStanding.Known);
    }

    [Test]
    public void ManyPortsTogetherStayWithinTheLimitAndThoseWithMostGiveWay()
    {
        var table = new FragmentTable();
        table.Remember(Key(Modest, 1), Head, TimeSpan.Zero);
        for (uint i = 0; i < FragmentTable.MaxPackets * 2; i++)
            table.Remember(Key(new PortId(10 + i % 20), i), Head, TimeSpan.FromSeconds(1));
        table.Count.ShouldBe(FragmentTable.MaxPackets);
        table.Find(Key(Modest, 1), out _).ShouldBe(FragmentStanding.Known);
    }

    private static FragmentKey Key(PortId port, uint identification) =>
        new(port, IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.2"), 17, identification);
}
