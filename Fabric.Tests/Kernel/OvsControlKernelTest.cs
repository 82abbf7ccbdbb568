using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>Datapaths and ports of the real module.</summary>
public class OvsControlKernelTest : OvsKernelFixture
{
    [Test]
    public void A_datapath_is_found_again_with_its_ports()
    {
        using var again = Guests.Middle.Run(OvsControlSession.Open);
        var found = again.OpenDatapath(DatapathName);
        found.Index.ShouldBe(Datapath.Index);
        again.ReadPorts(found).Select(port => port.Name).ShouldBe([DatapathName, TwoGuests.LeftPort], ignoreOrder: true);
        again.ListDatapaths().Single().Name.ShouldBe(DatapathName);
    }

    [Test]
    public void A_datapath_of_another_program_is_refused_and_left_alone()
    {
        Tool("ovs-dpctl", "add-dp", "theirs");
        Refused(() => Control.OpenDatapath("theirs"), Errno.Exists).ShouldContain("another program made it");
        Refused(() => Control.DeleteDatapath("theirs"), Errno.Exists);
        Tool("ovs-dpctl", "show", "theirs").ShouldContain("theirs");
        Refused(() => Control.OpenDatapath(TwoGuests.RightPort), Errno.Exists).ShouldContain("is no datapath");
    }

    [Test]
    public void A_datapath_is_deleted_with_its_internal_interface()
    {
        Control.DeleteDatapath(DatapathName).ShouldBeTrue();
        Control.DeleteDatapath(DatapathName).ShouldBeFalse();
        Guests.Middle.Routes.FindLink(DatapathName).ShouldBeNull();
        Guests.Middle.Routes.FindLink(TwoGuests.LeftPort).ShouldNotBeNull();
    }

    [Test]
    public void An_interface_is_a_port_once()
    {
        Port.Link.ShouldBe(Guests.Port(TwoGuests.LeftPort).Index);
        Control.AttachPort(Datapath, TwoGuests.LeftPort, UpcallPid).Number.ShouldBe(Port.Number);
        var other = Control.OpenDatapath("codec1");
        Refused(() => Control.AttachPort(other, TwoGuests.LeftPort), Errno.Busy).ShouldContain("in another bridge or datapath");
    }

    [Test]
    public void An_interface_in_a_bridge_is_refused()
    {
        Tool("ip", "link", "add", "br0", "type", "bridge");
        Tool("ip", "link", "set", TwoGuests.RightPort, "master", "br0");
        Refused(() => Control.AttachPort(Datapath, TwoGuests.RightPort), Errno.Busy).ShouldContain("in another bridge or datapath");
    }

    [Test]
    public void What_is_no_interface_is_refused()
    {
        Refused(() => Control.AttachPort(Datapath, "nothing"), Errno.NoDevice).ShouldContain("does not exist");
        Refused(() => Control.AttachPort(Datapath, "lo"), Errno.Invalid).ShouldContain("no such interface");
        Refused(() => Control.AttachInternal(Datapath, TwoGuests.RightPort), Errno.Exists);
    }

    [Test]
    public void An_interface_that_vanishes_takes_its_port_along()
    {
        Guests.Middle.Routes.Delete(Guests.Port(TwoGuests.LeftPort));
        Eventually(() => Control.FindPort(Datapath, TwoGuests.LeftPort) is null, "the port's end");
        Control.DirectUpcalls(Datapath, Port.Number, UpcallPid).ShouldBeFalse();
        Control.DetachPort(Datapath, Port.Number).ShouldBeFalse();
    }

    [TestCase(nameof(OvsVportKind.Vxlan), 4789)]
    [TestCase(nameof(OvsVportKind.Geneve), 6081)]
    public void A_tunnel_is_made_and_taken_over(string name, int udpPort)
    {
        var kind = Enum.Parse<OvsVportKind>(name);
        var made = Control.AttachTunnel(Datapath, "tunnel0", kind, (ushort)udpPort, UpcallPid);
        (made.Kind, made.UdpPort).ShouldBe((kind, (ushort?)udpPort));
        Control.AttachTunnel(Datapath, "tunnel0", kind, (ushort)udpPort).Number.ShouldBe(made.Number);
        Should
            .Throw<NetlinkException>(() => Control.AttachTunnel(Datapath, "tunnel1", kind, (ushort)udpPort))
            .Message.ShouldContain("another tunnel on that UDP port");
        Control.DetachPort(Datapath, made.Number).ShouldBeTrue();
        Guests.Middle.Routes.FindLink("tunnel0").ShouldBeNull();
    }

    [Test]
    public void Ports_and_the_datapath_count()
    {
        Send(Packets.Frames.Udp4, Packets.Frames.Tcp4);
        ReceiveUpcalls(2);
        var port = Control.FindPort(Datapath, TwoGuests.LeftPort).ShouldNotBeNull();
        port.Counters.IngressPackets.ShouldBe(2);
        port.Counters.IngressBytes.ShouldBe(Packets.Frames.Udp4.Length + Packets.Frames.Tcp4.Length);
        Control.ReadDatapath(DatapathName).Counters.Misses.ShouldBe(2);

        Control.DirectUpcalls(Datapath, Port.Number, 0).ShouldBeTrue();
        Send(Packets.Frames.Udp4);
        Eventually(() => Control.ReadDatapath(DatapathName).Counters.Lost == 1, "a lost upcall");
    }

    [Test]
    public void Upcalls_go_by_processor_if_wished()
    {
        Control.DetachPort(Datapath, Port.Number);
        var datapath = Control.OpenDatapath(DatapathName, isPerCpu: true);
        Control.DirectUpcallsByCpu(datapath, [.. Enumerable.Repeat(UpcallPid, Environment.ProcessorCount)]);
        Control.AttachPort(datapath, TwoGuests.LeftPort);
        Send(Packets.Frames.Udp4);
        ReceiveUpcalls(1);
    }

    private string Tool(string tool, params string[] arguments)
    {
        var result = HostProcess.Run(Patience, Guests.Middle.Name, tool, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private static string Refused(Action act, Errno errno)
    {
        var refusal = Should.Throw<NetlinkException>(act);
        refusal.Errno.ShouldBe(errno);
        TestContext.Out.WriteLine(refusal.Message);
        return refusal.Message;
    }
}
