using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>What a change costs does not grow with the network: counted in bytes that are allocated, which no other program disturbs.</summary>
public class ChangeCostTest
{
    private const int Few = 1_000;
    private const int Many = 16_000;

    private const int VeryMany = 100_000;

    // All on one bridge and host, unless said otherwise.
    private const int All = int.MaxValue;

    // Ports that come later.
    private const int More = 100;

    [Test]
    public void OnePortMoreOnTheSameBridgeAndHostCostsAsMuchHoweverManyThereAre() =>
        // Trees are deeper by a half.
        BytesOfAnother(Many).ShouldBeLessThan(2 * BytesOfAnother(Few));

    [Test]
    public void OnePortMoreCostsAsMuchBesideAHundredThousandOnManyBridgesAndHosts() =>
        BytesOfAnother(VeryMany, perBridge: 500).ShouldBeLessThan(2 * BytesOfAnother(Few, perBridge: 500));

    [Test]
    public void ToApplyADescriptionOfManyPortsCostsAsMuchAPort() => BytesToApply(Many).ShouldBeLessThan(2 * BytesToApply(Few));

    private static long BytesOfAnother(int ports, int perBridge = All)
    {
        var topology = Network(ports, perBridge);
        return Count(() =>
                Enumerable.Range(ports, More).Aggregate(topology, (now, i) => Apply(now, new TopologyCommand.PutDevice(Port(i, perBridge))))
            ) / More;
    }

    private static long BytesToApply(int ports)
    {
        var wanted = Network(ports, All);
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

    private static TopologySnapshot Network(int ports, int perBridge)
    {
        var places = Enumerable.Range(0, (ports + More) / perBridge + 1);
        return TopologyAssembly.Of(
            1,
            [
                .. places.Select(i => new Host { Id = HostOf(i), Name = new DeviceName("", $"host{i}") }),
                .. places.Select(i => new Bridge { Id = BridgeOf(i), Name = new DeviceName("t", $"bridge{i}") }),
                .. Enumerable.Range(0, ports).Select(i => Port(i, perBridge)),
            ]
        );
    }

    private static HostId HostOf(int place) => new((ulong)place + 1);

    private static BridgeId BridgeOf(int place) => new((ulong)place + 1);

    private static TopologySnapshot Apply(TopologySnapshot topology, TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(topology, command);
        decision.Rejection.ShouldBeNull();
        return decision.Events.Aggregate(topology, TopologyEvolution.Apply);
    }

    private static Port Port(int number, int perBridge) =>
        new()
        {
            // In no order, as ids are.
            Id = new PortId((ulong)(number + 1) * 0x9e37_79b9_7f4a_7c15),
            Name = new DeviceName("t", $"port{number}"),
            Owner = BridgeOf(number / perBridge),
            Mac = new MacAddress(0x0200_0000_0000 + (ulong)number),
            Addresses = [new InterfaceAddress(IpAddress.V4(0x0a00_0001 + (uint)number), 8)],
            Binding = new HostBinding(HostOf(number / perBridge), $"veth{number}"),
        };
}
