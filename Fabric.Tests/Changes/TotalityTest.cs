using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Protocol;

namespace Fabric.Tests.Changes;

/// <summary>Whatever can be said, legal or not, is answered and never thrown at.</summary>
public class TotalityTest
{
    private static TopologySnapshot SomeNetwork(int seed)
    {
        var generator = new CommandGenerator(seed);
        var topology = CommandGenerator.Beginning();
        for (var i = 0; i < 60; i++)
            topology = TopologyDecisions.Decide(topology, generator.Next()).Events.Aggregate(topology, TopologyEvolution.Apply);
        return topology;
    }

    [Test]
    public void Any_event_is_applied_and_has_an_impact([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        var topology = SomeNetwork(seed);
        for (var i = 0; i < 100; i++)
        {
            var happened = generator.Event();
            var tags = new List<FlowTag>();
            var after = TopologyEvolution.Apply(topology, happened);
            ChangeImpact.Of(topology, happened, after, tags);
            topology = after;
        }
        TopologyIndexes.ShouldBeRight(topology, $"seed {seed}");
    }

    [Test]
    public void Any_command_is_answered([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        var topology = SomeNetwork(seed);
        for (var i = 0; i < 200; i++)
        {
            var command = generator.Command();
            var decision = TopologyDecisions.Decide(topology, command);
            (decision.Rejection is null || decision.Events.IsEmpty).ShouldBeTrue($"seed {seed}, command {i}");
        }
    }
}
