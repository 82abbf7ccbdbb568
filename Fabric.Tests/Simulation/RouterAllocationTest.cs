using Fabric.Flows;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Routing allocates nothing once the scratch has grown.</summary>
[NonParallelizable]
public class RouterAllocationTest
{
    [Test]
    public void ForwardingAllocatesNothing([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at) =>
        Allocated(at, Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac), VerdictKind.Forward).ShouldBe(0);

    [Test]
    public void ErrorsAndEchoesAllocateNothing([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        Allocated(at, Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac, ttl: 1), VerdictKind.Drop).ShouldBe(0);
        Allocated(at, Make.Echo(at.Vm1, at.Inside, Vm1Mac, InsideMac), VerdictKind.Consume).ShouldBe(0);
    }

    [Test]
    public void QuestionsAllocateNothing([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        Allocated(at, Make.Question(Vm1Mac, at.Vm1, at.Vm2), VerdictKind.Consume).ShouldBe(0);
        Allocated(at, Make.Question(Vm1Mac, at.Vm1, at.Inside), VerdictKind.Consume).ShouldBe(0);
    }

    private static long Allocated(AddressPlan at, byte[] frame, VerdictKind expected)
    {
        var world = Usual();
        var other = at.Of("192.0.2.253", "fd00:b::fd");
        // Two equal routes, so that hashing is on the way.
        world.Net.Route("edge", "other", at.Of("0.0.0.0/0", "::/0"), "uplink", other);
        world.Knows("uplink", other, StrangerMac);
        FlowKeyReader.Read(frame, 1, out var key);
        var ingress = world.Net.PortId("vm1");
        var (topology, learned, scratch) = (world.Topology, world.Learned, world.Scratch);
        var verdict = default(Verdict);
        for (var i = 0; i < 50; i++)
            verdict = Simulator.Run(topology, learned, ingress, key, frame, scratch);
        verdict.Kind.ShouldBe(expected);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Simulator.Run(topology, learned, ingress, key, frame, scratch);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
