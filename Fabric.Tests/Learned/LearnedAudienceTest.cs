using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Learned;

/// <summary>Who is told what when hosts begin to matter, or begin anew.</summary>
[TestFixture]
public sealed class LearnedAudienceTest
{
    private static void Describe(TopologyBuilder net) =>
        net.Bridge("b").Port("p0", "b", host: "h0").Port("p1", "b", host: "h1").Bridge("apart").Port("p2", "apart", host: "h2");

    /// <summary>It ended the host's hive: a host has no outbox for itself.</summary>
    [Test]
    public void AHostGoesOnWhenItBeginsToMatterToWhatItHasToldOfBefore() =>
        Tell(async world =>
        {
            // A port that has moved away in the meantime.
            world[2].SetPortUp(world.Net.PortId("p0"), isUp: false);
            await world.PassAsync(1000);
            world.Net.Port("p3", "b", host: "h2");
            world.Publish();
            await world.PassAsync(1000);
            var station = new MacKey(world.Net.BridgeId("b"), 0, MacAddress.Parse("02:00:00:00:00:77"));
            world[2].LearnMac(station, world.Net.PortId("p3"));
            await world.PassAsync(50);
            world[0].Current.Macs[station].ShouldBe(world.Net.PortId("p3"));
        });

    /// <summary>It counted from 1 again, and what it had said before was the newer.</summary>
    [Test]
    public void AHostThatBeganAnewIsBelievedWhenItsPortGoesDown() =>
        Tell(async world =>
        {
            var port = world.Net.PortId("p0");
            world[0].SetPortUp(port, isUp: false);
            await world.PassAsync(100);
            world[0].SetPortUp(port, isUp: true);
            await world.PassAsync(100);
            await world.StopAsync(0);
            world.Start(0);
            world[0].SetPortUp(port, isUp: true);
            await world.PassAsync(10_000);
            world[1].Current.DownPorts.ShouldBeEmpty();
            world[0].SetPortUp(port, isUp: false);
            await world.PassAsync(1000);
            world[1].Current.DownPorts.ShouldBe([port]);
        });

    private static void Tell(Func<FactWorld, Task> story)
    {
        var world = new FactWorld(1, 3, Describe);
        world.Run(() => story(world));
    }
}
