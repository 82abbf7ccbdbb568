using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

public class DecisionInvariantsTest
{
    private const int CommandsPerSeed = 120;

    [Test]
    public void Whatever_is_granted_leaves_a_network_that_holds_together([Range(1, 80)] int seed)
    {
        var generator = new CommandGenerator(seed);
        var topology = CommandGenerator.Beginning();
        for (var i = 0; i < CommandsPerSeed; i++)
        {
            var command = generator.Next();
            var decision = TopologyDecisions.Decide(topology, command);
            var because = $"seed {seed}, command {i}";
            if (decision.Rejection is { } rejection)
            {
                decision.Events.ShouldBeEmpty(because);
                rejection.Message.ShouldContain(": ", customMessage: because);
            }
            topology = decision.Events.Aggregate(topology, TopologyEvolution.Apply);
            ShouldHoldTogether(topology, because);
            if (!decision.IsAccepted)
                continue;
            TopologyIndexes.ShouldBeRight(topology, because);
        }
    }

    [Test]
    public void Random_commands_are_granted_often_enough_to_mean_something()
    {
        var granted = 0;
        var reasons = new HashSet<RejectionReason>();
        for (var seed = 1; seed <= 40; seed++)
        {
            var generator = new CommandGenerator(seed);
            var topology = CommandGenerator.Beginning();
            for (var i = 0; i < CommandsPerSeed; i++)
            {
                var decision = TopologyDecisions.Decide(topology, generator.Next());
                granted += decision.Events.IsEmpty ? 0 : 1;
                if (decision.Rejection is { } rejection)
                    reasons.Add(rejection.Reason);
                topology = decision.Events.Aggregate(topology, TopologyEvolution.Apply);
            }
        }
        granted.ShouldBeGreaterThan(40 * CommandsPerSeed / 10);
        // What members read is known where entries are stored.
        reasons.ShouldBe(Enum.GetValues<RejectionReason>().Except([RejectionReason.TooNew]), ignoreOrder: true);
    }

    private static void ShouldHoldTogether(TopologySnapshot topology, string because)
    {
        foreach (var device in TopologyAssembly.DevicesOf(topology))
        {
            topology.Find(device.Ref.Kind, device.Name).ShouldBeSameAs(device, because);
            foreach (var reference in device.References)
                topology.Find(reference).ShouldNotBeNull(because);
        }
        foreach (var port in topology.Ports.Values)
        {
            if (port.Peer is not { } peer)
                continue;
            topology.Ports[peer].Peer.ShouldBe(port.Id, because);
            port.Binding.ShouldBeNull(because);
        }
        topology.Ports.Values.Select(port => port.Binding).OfType<HostBinding>().ShouldBeUnique(because);
        topology.BridgeIndexes.Values.ShouldAllBe(index => index.Conflicts.IsEmpty, because);
        topology.RouterIndexes.Values.ShouldAllBe(index => index.Conflicts.IsEmpty, because);
        foreach (var router in topology.Routers.Values)
        {
            foreach (var route in router.Routes.Values.Where(route => route.Port is not null))
                topology.Ports[route.Port!.Value].Owner.ShouldBe(router.Ref, because);
        }
        foreach (var chain in topology.Chains.Values)
            DepthOf(topology, chain, 0).ShouldBeLessThanOrEqualTo(topology.Chains.Count, because);
    }

    private static int DepthOf(TopologySnapshot topology, Chain chain, int depth)
    {
        if (depth > topology.Chains.Count)
            return depth;
        var targets = chain.Rules.Select(rule => rule.JumpTo).OfType<ChainId>().Distinct();
        return targets.Select(target => DepthOf(topology, topology.Chains[target], depth + 1)).DefaultIfEmpty(depth).Max();
    }
}
