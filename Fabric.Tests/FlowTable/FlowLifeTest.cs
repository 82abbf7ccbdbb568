using Fabric.Agent.FlowTable;

namespace Fabric.Tests.FlowTable;

[TestFixture]
public sealed class FlowLifeTest
{
    /// <summary>Rows are states, columns Installed, Duplicate, Failed, Evict, Deleted.</summary>
    private static readonly Dictionary<FlowState, FlowState[]> Table = new()
    {
        [FlowState.Installing] = [FlowState.Installed, FlowState.Ended, FlowState.Ended, FlowState.Evicting, FlowState.Ended],
        [FlowState.Installed] = [FlowState.Installed, FlowState.Installed, FlowState.Installed, FlowState.Evicting, FlowState.Ended],
        [FlowState.Evicting] = [FlowState.Evicting, FlowState.Evicting, FlowState.Evicting, FlowState.Evicting, FlowState.Ended],
        [FlowState.Ended] = [FlowState.Ended, FlowState.Ended, FlowState.Ended, FlowState.Ended, FlowState.Ended],
    };

    [Test]
    public void Every_pair_of_state_and_input_is_told()
    {
        foreach (var state in Enum.GetValues<FlowState>())
        foreach (var input in Enum.GetValues<FlowInput>())
            FlowLife.Next(state, input).ShouldBe(Table[state][(int)input], $"{state} and {input}");
    }
}
