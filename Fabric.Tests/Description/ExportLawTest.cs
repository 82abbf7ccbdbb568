using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Changes;

namespace Fabric.Tests.Description;

/// <summary>State, export, apply, export: the same bytes, for any state that the rules of the network allow.</summary>
public class ExportLawTest
{
    private const int Commands = 400;

    [Test]
    public void AnExportAppliedToNothingExportsTheSame([Range(1, 60)] int seed)
    {
        var exported = DescriptionWriter.Write(AnyNetwork(seed));

        var change = DescriptionChange.Of(TopologySnapshot.Empty, Describe.Read(exported), isPruning: false);

        DescriptionWriter.Write(change.After).ShouldBe(exported, $"seed {seed}");
    }

    [Test]
    public void AnExportAppliedToItsOwnNetworkChangesNothing([Range(1, 20)] int seed)
    {
        var network = AnyNetwork(seed);

        var change = Change(network, DescriptionWriter.Write(network), isPruning: true);

        change.Events.ShouldBeEmpty($"seed {seed}");
        change.Command.ShouldBeOfType<TopologyCommand.Batch>().Commands.ShouldBeEmpty($"seed {seed}");
    }

    [Test]
    public void AnExportAppliedToAnotherNetworkMakesItTheSame([Range(1, 60)] int seed)
    {
        var exported = DescriptionWriter.Write(AnyNetwork(seed));
        try
        {
            var change = Change(AnyNetwork(seed + 1000), exported, isPruning: true);

            DescriptionWriter.Write(change.After).ShouldBe(exported, $"seed {seed}");
        }
        catch (FabricException refusal)
        {
            // A port stays at its device for life; to move one is to make another.
            refusal.Problems.ShouldAllBe(problem => problem.What.Contains("stays at its"), $"seed {seed}");
        }
    }

    private static DescriptionChange Change(TopologySnapshot network, string exported, bool isPruning)
    {
        var last = 1_000_000ul;
        var described = DescriptionReader.Read([new SourceText("export", exported)], DeviceIds.Keeping(network, () => last++));
        return DescriptionChange.Of(network, described, isPruning);
    }

    private static TopologySnapshot AnyNetwork(int seed)
    {
        var generator = new CommandGenerator(seed);
        var network = CommandGenerator.Beginning();
        for (var i = 0; i < Commands; i++)
            network = TopologyDecisions.Decide(network, generator.Next()).Events.Aggregate(network, TopologyEvolution.Apply);
        return network;
    }
}
