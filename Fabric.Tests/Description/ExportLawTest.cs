using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Description;

/// <summary>State, export, apply, export: the same bytes, for any state that the rules of the network allow.</summary>
public class ExportLawTest
{
    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void AnExportAppliedToNothingExportsTheSame(int seed)
    {
        var exported = DescriptionWriter.Write(AnyNetwork.Of(seed));

        var change = DescriptionChange.Of(TopologySnapshot.Empty, Describe.Read(exported), isPruning: false);

        DescriptionWriter.Write(change.After).ShouldBe(exported, $"seed {seed}");
    }

    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void EveryConditionAndActionOfARuleIsReadAsItWasWritten(int seed)
    {
        var network = AnyNetwork.WithRules(seed);

        var rules = Describe.Network(DescriptionWriter.Write(network)).Chains.Values.Single(chain => chain.Name.Name == "all-sorts").Rules;

        rules.Length.ShouldBeGreaterThan(0, $"seed {seed}");
        DescriptionWriter
            .Write(Describe.Network(DescriptionWriter.Write(network)))
            .ShouldBe(DescriptionWriter.Write(network), $"seed {seed}");
    }

    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void AnExportAppliedToItsOwnNetworkChangesNothing(int seed)
    {
        var network = AnyNetwork.Of(seed);

        var change = Change(network, DescriptionWriter.Write(network), isPruning: true);

        change.Events.ShouldBeEmpty($"seed {seed}");
        change.Command.ShouldBeOfType<TopologyCommand.Batch>().Commands.ShouldBeEmpty($"seed {seed}");
    }

    [TestCaseSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))]
    public void AnExportAppliedToAnotherNetworkMakesItTheSame(int seed)
    {
        var exported = DescriptionWriter.Write(AnyNetwork.Of(seed));
        var change = Change(AnyNetwork.Of(seed + 1000), exported, isPruning: true);

        DescriptionWriter.Write(change.After).ShouldBe(exported, $"seed {seed}");
    }

    private static DescriptionChange Change(TopologySnapshot network, string exported, bool isPruning)
    {
        var last = 1_000_000ul;
        var described = DescriptionReader.Read([new SourceText("export", exported)], DeviceIds.Keeping(network, () => last++));
        return DescriptionChange.Of(network, described, isPruning);
    }
}
