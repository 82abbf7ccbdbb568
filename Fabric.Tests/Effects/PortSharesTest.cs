using Fabric.Addresses;
using Fabric.Agent.Effects;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Lot = Fabric.Agent.Upcalls.ParkingLot<Fabric.Devices.NeighborKey>;

namespace Fabric.Tests.Effects;

/// <summary>What a port's packets cause in user space comes out of that port's share.</summary>
[TestFixture]
public sealed class PortSharesTest
{
    private static readonly PortId Greedy = new(1);
    private static readonly PortId Modest = new(2);

    [Test]
    public void A_share_that_is_used_up_leaves_the_others()
    {
        var shares = new PortShares(3);
        for (var i = 0; i < 3; i++)
            shares.TryTake(Greedy).ShouldBeTrue();
        shares.TryTake(Greedy).ShouldBeFalse();
        shares.TryTake(Modest).ShouldBeTrue();
        shares.Return(Greedy);
        shares.TryTake(Greedy).ShouldBeTrue();
    }

    [Test]
    public void A_port_that_scans_a_subnet_leaves_neighbors_to_be_asked_for_by_others()
    {
        var resolver = new NeighborResolver(new ManualTime());
        for (ulong i = 0; i < NeighborResolver.MaxPending * 2; i++)
            resolver.TryBegin(Neighbor(i), Greedy);
        resolver.Pending.ShouldBe(NeighborResolver.MaxPendingPerPort);
        resolver.TryBegin(Neighbor(1_000_000), Modest).ShouldBeTrue();
        resolver.Answered(Neighbor(0)).ShouldBeTrue();
        resolver.TryBegin(Neighbor(2_000_000), Greedy).ShouldBeTrue("an answer gives its place back");
    }

    [Test]
    public void A_port_that_scans_a_subnet_leaves_room_for_packets_of_others()
    {
        var lot = new Lot(new ManualTime(), TimeSpan.FromSeconds(5));
        for (ulong i = 0; i < Lot.MaxPackets; i++)
            lot.Park(Neighbor(i), Packet(Greedy, 100));
        lot.Count.ShouldBe(Lot.MaxPerPort);
        lot.Park(Neighbor(1_000_000), Packet(Modest, 100));
        lot.Count.ShouldBe(Lot.MaxPerPort + 1);
        lot.Take(Neighbor(0)).Count.ShouldBe(1);
        lot.Park(Neighbor(2_000_000), Packet(Greedy, 100));
        lot.Count.ShouldBe(Lot.MaxPerPort + 1, "one that went on gave its place back");
    }

    [Test]
    public void A_port_over_its_share_sends_nobody_else_away()
    {
        var lot = new Lot(new ManualTime(), TimeSpan.FromSeconds(5));
        for (var i = 0; i < Lot.MaxPerFact; i++)
            lot.Park(Neighbor(0), Packet(Modest, 100));
        for (ulong i = 1; i <= Lot.MaxPerPort; i++)
            lot.Park(Neighbor(i), Packet(Greedy, 100));
        lot.Park(Neighbor(0), Packet(Greedy, 100));
        lot.Take(Neighbor(0)).ShouldAllBe(packet => packet.Payer == Modest);
    }

    [Test]
    public void Large_packets_do_not_fill_the_memory()
    {
        var lot = new Lot(new ManualTime(), TimeSpan.FromSeconds(5));
        for (ulong i = 0; i < Lot.MaxPackets; i++)
            lot.Park(Neighbor(i), Packet(new PortId(i), 65_000));
        (lot.Count * 65_000).ShouldBeLessThanOrEqualTo(Lot.MaxBytes);
        lot.GivenUp.ShouldBe(Lot.MaxPackets - lot.Count);
    }

    private static NeighborKey Neighbor(ulong number) => new(new PortId(99), IpAddress.V4(0x0a00_0000 + (uint)number));

    private static ParkedPacket Packet(PortId payer, int length) => new(payer, 1, false, new byte[length], default, payer, long.MaxValue);
}
