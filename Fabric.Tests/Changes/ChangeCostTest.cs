using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>What a change costs does not grow with the network: counted in bytes that are allocated, which no other program disturbs.</summary>
public class ChangeCostTest
{
    private const int Few = 1_000;
    private const int Many = 16_000;

    private static readonly HostId Host = new(1);
    private static readonly BridgeId Bridge = new(1);

    [Test]
    public void OnePortMoreOnTheSameBridgeAndHostCostsAsMuchHoweverManyThereAre() =>
        // Trees are deeper by a half.
        BytesOfAnother(Many).ShouldBeLessThan(2 * BytesOfAnother(Few));

    [Test]
    public void ToApplyADescriptionOfManyPortsCostsAsMuchAPort() => BytesToApply(Many).ShouldBeLessThan(2 * BytesToApply(Few));

    private static long BytesOfAnother(int ports)
    {
        const int more = 100;
        var topology = Network(ports);
        return Count(() =>
                Enumerable.Range(ports, more).Aggregate(topology, (now, i) => Apply(now, new TopologyCommand.PutDevice(Port(i))))
            ) / more;
    }

    private static long BytesToApply(int ports)
    {
        var wanted = Network(ports);
        return Count(() => Apply(TopologySnapshot.Empty, TopologyDiff.Commands(TopologySnapshot.Empty, wanted))) / ports;
    }

    private static long Count(Func<TopologySnapshot> work)
    {
        // What is made once, for the first of a kind, is not to be counted.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static TopologySnapshot Network(int ports)
    {
        Device[] rest =
        [
            new Host { Id = Host, Name = new DeviceName("", "host") },
            new Bridge { Id = Bridge, Name = new DeviceName("t", "bridge") },
        ];
        return TopologyAssembly.Of(1, [.. rest, .. Enumerable.Range(0, ports).Select(Port)]);
    }

    private static TopologySnapshot Apply(TopologySnapshot topology, TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(topology, command);
        decision.Rejection.ShouldBeNull();
        return decision.Events.Aggregate(topology, TopologyEvolution.Apply);
    }

    private static Port Port(int number) =>
        new()
        {
            // In no order, as ids are.
            Id = new PortId((ulong)(number + 1) * 0x9e37_79b9_7f4a_7c15),
            Name = new DeviceName("t", $"port{number}"),
            Owner = Bridge,
            Mac = new MacAddress(0x0200_0000_0000 + (ulong)number),
            Addresses = [new InterfaceAddress(IpAddress.V4(0x0a00_0001 + (uint)number), 8)],
            Binding = new HostBinding(Host, $"veth{number}"),
        };
}
