using Fabric.Bindings;
using Fabric.Packets;

namespace Fabric.Tests.Bindings;

public class BfdMachineTest
{
    /// <summary>All pairs, as RFC 5880, section 6.8.6, has them.</summary>
    [TestCase(BfdState.AdminDown, BfdState.AdminDown, BfdState.AdminDown, BfdState.AdminDown, BfdState.AdminDown)]
    [TestCase(BfdState.Down, BfdState.Init, BfdState.Up, BfdState.Down, BfdState.Down)]
    [TestCase(BfdState.Init, BfdState.Init, BfdState.Up, BfdState.Up, BfdState.Down)]
    [TestCase(BfdState.Up, BfdState.Down, BfdState.Up, BfdState.Up, BfdState.Down)]
    public void A_state_goes_on_by_what_is_heard(BfdState state, BfdState down, BfdState init, BfdState up, BfdState silence)
    {
        BfdMachine.Next(state, BfdInput.HeardDown).ShouldBe(down);
        BfdMachine.Next(state, BfdInput.HeardInit).ShouldBe(init);
        BfdMachine.Next(state, BfdInput.HeardUp).ShouldBe(up);
        BfdMachine.Next(state, BfdInput.Silence).ShouldBe(silence);
    }
}
