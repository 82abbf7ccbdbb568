using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

[TestFixture]
public sealed class DatapathLeaseSocketTest
{
    private readonly string _name = $"t{Environment.ProcessId:x}";

    [Test]
    public void A_second_agent_is_told_who_has_the_datapath_and_what_to_do()
    {
        using var first = DatapathLeaseSocket.Acquire(_name);
        var refusal = Should.Throw<LinuxException>(() => DatapathLeaseSocket.Acquire(_name));
        refusal.Errno.ShouldBe(Errno.AddressInUse);
        refusal.Message.ShouldContain(_name);
        refusal.Message.ShouldContain("--datapath-name");
    }

    [Test]
    public void It_is_free_again_when_the_first_has_ended()
    {
        DatapathLeaseSocket.Acquire(_name).Dispose();
        using var second = DatapathLeaseSocket.Acquire(_name);
        using var other = DatapathLeaseSocket.Acquire(_name + "x");
    }
}
