using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Tests.Live;
using static Fabric.Tests.Packets.Frames;

namespace Fabric.Tests.Kernel;

/// <summary>The guest kernel is what the other fixtures need: with Open vSwitch's own tool in the place of ours.</summary>
[Category("Smp")]
public class SmokeKernelTest : KernelTest
{
    private const string Datapath = "smoke";

    private static readonly string[] s_noTraffic = [];
    private static readonly string[] s_bothWays =
    [
        .. from kind in (string[])["eth_type(0x0806),arp()", "eth_type(0x0800),ipv4()"]
        from ports in (int[][])
            [
                [1, 2],
                [2, 1],
            ]
        select $"in_port({ports[0]}),eth(),{kind} {ports[1]}",
    ];

    private TwoGuests _guests = null!;

    [SetUp]
    public void Connect() => _guests = new TwoGuests(doGuestsTalk: true);

    [TearDown]
    public void Disconnect() => _guests.Dispose();

    [Test]
    public void A_datapath_is_made_and_deleted()
    {
        Control("add-dp", Datapath);
        _guests.Middle.Routes.FindLink(Datapath).ShouldNotBeNull();
        File.ReadAllText("/proc/modules").ShouldContain("openvswitch ");

        Control("del-dp", Datapath);
        _guests.Middle.Routes.FindLink(Datapath).ShouldBeNull();
    }

    [Test]
    public void A_ping_crosses_where_flows_let_it_and_nowhere_else()
    {
        Control("add-dp", Datapath);
        Control("add-if", Datapath, TwoGuests.LeftPort);
        Control("add-if", Datapath, TwoGuests.RightPort);
        using var ping = EchoSocket.Open(_guests.Left.Name, IpFamily.V4);

        Install(s_noTraffic);
        ping.Send(V4.Destination, TimeSpan.FromMilliseconds(100)).IsReply.ShouldBeFalse();

        Install(s_bothWays);
        Eventually(() => ping.Send(V4.Destination, TimeSpan.FromSeconds(1)).IsReply, "a reply");
        Control("dump-flows", Datapath).ShouldContain("eth_type(0x0800)");
    }

    private void Install(string[] flows)
    {
        foreach (var flow in flows)
            Control(["add-flow", Datapath, .. flow.Split(' ')]);
    }

    private string Control(params string[] arguments)
    {
        var result = HostProcess.Run(Patience, _guests.Middle.Name, "ovs-dpctl", arguments);
        result.ExitCode.ShouldBe(0, $"ovs-dpctl {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }
}
