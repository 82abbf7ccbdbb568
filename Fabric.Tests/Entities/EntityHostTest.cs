using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Entities;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Entities;

[TestFixture]
public sealed class EntityHostTest
{
    private static readonly (TopologyCommand Command, DeviceRef? Subject)[] Subjects =
    [
        (Wishes.Bridge(5), new BridgeId(5)),
        (Wishes.NoBridge(5), new BridgeId(5)),
        (Wishes.Port(6, bridge: 5), new PortId(6)),
        (new TopologyCommand.LinkPorts(new PortId(1), new PortId(2)), new PortId(1)),
        (new TopologyCommand.UnlinkPort(new PortId(1)), new PortId(1)),
        (new TopologyCommand.BindPort(new PortId(1), null), new PortId(1)),
        (new TopologyCommand.DeleteRule(new ChainId(3), "x"), new ChainId(3)),
        (new TopologyCommand.DeleteRoute(new RouterId(4), "x"), new RouterId(4)),
        (new TopologyCommand.ChangeAddressSet(new AddressSetId(7), [], []), new AddressSetId(7)),
        (new TopologyCommand.DeleteDevice(new HostId(8)), new HostId(8)),
        (new TopologyCommand.KeyHost(new HostId(8), default), new HostId(8)),
        (new TopologyCommand.LeasePorts(new RouterId(3), new HostId(8), []), new RouterId(3)),
        (new TopologyCommand.ReturnPorts(new RouterId(3), new HostId(8), []), new RouterId(3)),
        (Wishes.All(Wishes.All(), Wishes.Chain(9), Wishes.Bridge(5)), new ChainId(9)),
        (Wishes.All(), null),
    ];

    [Test]
    public void ACommandGoesToTheActorOfItsDevice()
    {
        foreach (var (command, subject) in Subjects)
            EntityHost.SubjectOf(command).ShouldBe(subject, command.ToString());
    }

    [Test]
    public void CommandsForOneDeviceRunOneAfterTheOtherAndForManyAtOnce()
    {
        var thread = new OneThreadScheduler(seed: 3);
        var disk = new MemoryDisk { CommitTime = TimeSpan.FromMilliseconds(10) };
        thread.Run(async () =>
        {
            await using var hive = await SqlHive.OpenAsync(
                new MemoryJournal(disk, thread.Runtime),
                new HiveOptions { Runtime = thread.Runtime }
            );
            var start = thread.Time.GetUtcNow();
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i => SubmitAsync(hive, Wishes.Bridge(1, isUp: i % 2 == 0))));
            var alone = thread.Time.GetUtcNow() - start;
            start = thread.Time.GetUtcNow();
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i => SubmitAsync(hive, Wishes.Bridge((ulong)i + 100))));
            var together = thread.Time.GetUtcNow() - start;

            hive.Health.DecidedAgain.ShouldBeLessThanOrEqualTo(9, "alone on its device, nothing is decided in vain");
            together.ShouldBeLessThan(alone);
        });
    }

    private static async Task SubmitAsync(IHive hive, TopologyCommand command) =>
        (await hive.SubmitAsync(Wishes.From("ana", command))).ShouldBeOfType<SubmitResult.Accepted>();
}
