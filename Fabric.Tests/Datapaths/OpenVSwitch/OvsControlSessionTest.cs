using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Tests.Netlink;
using static Fabric.Tests.Netlink.Attributes;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>Whose a datapath is, and its ports, against a module in memory.</summary>
public class OvsControlSessionTest
{
    private const byte New = 1;
    private const byte Delete = 2;
    private const byte Set = 4;

    private FakeOpenVSwitch _kernel = null!;

    [SetUp]
    public void Begin() => _kernel = new FakeOpenVSwitch();

    [Test]
    public void Without_the_module_there_is_one_sentence()
    {
        _kernel.IsLoaded = false;
        Refused(_kernel.Open, Errno.NoEntry).ShouldEndWith("load it with: modprobe openvswitch");
    }

    [Test]
    public void Without_the_privilege_there_is_one_sentence()
    {
        _kernel.Refusals[(FakeOpenVSwitch.DatapathFamily, New)] = (int)Errno.NotPermitted;
        Refused(() => Open("fabric0"), Errno.NotPermitted).ShouldContain("needs root, or CAP_NET_ADMIN");
    }

    [Test]
    public void A_new_datapath_bears_the_mark_and_is_known_again_by_it()
    {
        var made = Open("fabric0");
        _kernel.Datapaths.Single().Alias.ShouldBe(OvsControlSession.Mark);
        Open("fabric0").ShouldBe(made);
        _kernel.Datapaths.Count.ShouldBe(1);
    }

    [Test]
    public void A_datapath_without_the_mark_is_another_programs_and_is_left_alone()
    {
        _kernel.Datapaths.Add(new FakeOpenVSwitch.Datapath("fabric0", 7) { Features = 2, Alias = "something" });
        Refused(() => Open("fabric0"), Errno.Exists).ShouldContain("another program made it");
        using var session = _kernel.Open();
        Refused(() => session.DeleteDatapath("fabric0"), Errno.Exists).ShouldContain("another program made it");
        _kernel.Changes.ShouldBe([(FakeOpenVSwitch.DatapathFamily, New)]);
        _kernel.Datapaths.Single().Features.ShouldBe(2u);
    }

    [Test]
    public void A_name_of_ovs_vswitchd_is_never_asked_for()
    {
        Refused(() => Open("ovs-system"), Errno.Exists).ShouldContain("ovs-vswitchd");
        _kernel.Changes.ShouldBeEmpty();
    }

    [Test]
    public void An_interface_that_is_no_datapath_has_the_name()
    {
        _kernel.Interfaces.Add("fabric0");
        Refused(() => Open("fabric0"), Errno.Exists).ShouldContain("there is an interface fabric0 that is no datapath");
    }

    [TestCase(false, "Linux 4.3")]
    [TestCase(true, "Linux 5.15")]
    public void A_module_that_forgets_features_is_too_old_and_nothing_is_left(bool isPerCpu, string since)
    {
        _kernel.KnownFeatures = isPerCpu ? 7u : 1u;
        Refused(() => Open("fabric0", isPerCpu), Errno.NotSupported).ShouldContain(since);
        _kernel.Datapaths.ShouldBeEmpty();
    }

    [Test]
    public void A_module_that_refuses_features_is_too_old()
    {
        _kernel.Refusals[(FakeOpenVSwitch.DatapathFamily, New)] = (int)Errno.NotSupported;
        Refused(() => Open("fabric0", isPerCpu: true), Errno.NotSupported).ShouldContain("let them go by port");
    }

    [Test]
    public void A_datapath_that_cannot_be_marked_is_deleted_again()
    {
        _kernel.RouteRefusal = (int)Errno.NotPermitted;
        Refused(() => Open("fabric0"), Errno.NotPermitted);
        _kernel.Datapaths.ShouldBeEmpty();
    }

    [Test]
    public void A_datapath_is_deleted_once()
    {
        Open("fabric0");
        using var session = _kernel.Open();
        session.DeleteDatapath("fabric0").ShouldBeTrue();
        session.DeleteDatapath("fabric0").ShouldBeFalse();
    }

    [Test]
    public void A_datapath_tells_what_it_has_seen() =>
        Open("fabric0").Counters.ShouldBe(new OvsDatapathCounters(11, 12, 13, 14, 22, 21, 23));

    [Test]
    public void Sockets_of_processors_are_given_with_the_features_that_they_need()
    {
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0", isPerCpu: true);
        session.DirectUpcallsByCpu(datapath, [5, 6]);
        _kernel.Datapaths.Single().CpuPids.ShouldBe(Hex("05000000 06000000"));
        _kernel.Datapaths.Single().Features.ShouldBe(0xbu);
    }

    [TestCase("01 02 0000 0000")]
    [TestCase("01020000 07000000 05000100")]
    [TestCase("01020000 07000000 06000100 6100 0000 08000300 01000000")]
    [TestCase("01020000 07000000 06000100 6100 0000 06000500 0100 0000")]
    [TestCase("01020000 07000000 08000500 03000000")]
    public void A_malformed_datapath_is_an_exception_that_says_so(string hex)
    {
        _kernel.Noise.Add(new Reply(FakeOpenVSwitch.DatapathFamily, Hex(hex)));
        Refused(() => Open("fabric0"), Errno.BadMessage).ShouldContain("malformed");
    }

    [Test]
    public void Answers_of_other_families_and_from_the_past_are_passed_over()
    {
        _kernel.Noise.Add(new Reply(FakeOpenVSwitch.VportFamily, [1, 2, 3]));
        _kernel.Noise.Add(new Reply(FakeOpenVSwitch.DatapathFamily, [1, 2, 3], Sequence: 0));
        Open("fabric0").Name.ShouldBe("fabric0");
    }

    [TestCase(Errno.Busy, "in another bridge or datapath")]
    [TestCase(Errno.Exists, "another port or interface of that name")]
    [TestCase(Errno.NoDevice, "does not exist, or vanished")]
    [TestCase(Errno.Invalid, "the kernel takes no such interface")]
    [TestCase(Errno.FamilyNotSupported, "modprobe vport-netdev")]
    public void A_port_that_is_refused_tells_why(Errno errno, string sentence)
    {
        _kernel.Refusals[(FakeOpenVSwitch.VportFamily, New)] = (int)errno;
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0");
        Refused(() => session.AttachPort(datapath, "web1", 5), errno).ShouldContain(sentence);
    }

    [Test]
    public void A_port_is_attached_and_one_that_was_left_is_taken_over()
    {
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0");
        var port = session.AttachPort(datapath, "web1", 5);
        (port.Number, port.Name, port.Kind, port.Link).ShouldBe((1u, "web1", OvsVportKind.Netdev, new LinkIndex(201)));
        port.Counters.ShouldBe(new OvsVportCounters(1, 3, 5, 7, 2, 4, 6, 8, null, null));

        var again = session.AttachPort(datapath, "web1", 6, 7);
        again.Number.ShouldBe(1u);
        session.ReadPorts(datapath).Single().UpcallPids.ShouldBe([6u, 7u]);
    }

    [Test]
    public void A_port_of_another_kind_is_not_taken_over()
    {
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0");
        session.AttachPort(datapath, "tunnel", 5);
        Refused(() => session.AttachTunnel(datapath, "tunnel", OvsVportKind.Vxlan, 4789, 5), Errno.Busy);
    }

    [Test]
    public void A_tunnel_is_asked_for_with_its_port_in_the_hosts_order()
    {
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0");
        session.AttachTunnel(datapath, "vxlan0", OvsVportKind.Vxlan, 4789, 5).UdpPort.ShouldBe((ushort)4789);
        _kernel.Datapaths.Single().Ports.Single().Options.ShouldBe(Hex("0600 0100 b512 0000"));
        session.AttachTunnel(datapath, "vxlan0", OvsVportKind.Vxlan, 4789, 6).Number.ShouldBe(1u);
    }

    [Test]
    public void A_port_without_sockets_is_given_none_by_number_0()
    {
        using var session = _kernel.Open();
        session.AttachInternal(session.OpenDatapath("fabric0"), "host0").UpcallPids.ShouldBe([0u]);
    }

    [Test]
    public void What_is_gone_already_is_no_failure()
    {
        using var session = _kernel.Open();
        var datapath = session.OpenDatapath("fabric0");
        session.AttachPort(datapath, "web1");
        session.DirectUpcalls(datapath, 1, 9).ShouldBeTrue();
        session.DetachPort(datapath, 1).ShouldBeTrue();
        session.DetachPort(datapath, 1).ShouldBeFalse();
        session.DirectUpcalls(datapath, 1, 9).ShouldBeFalse();
        session.FindPort(datapath, "web1").ShouldBeNull();
    }

    [Test]
    public void Newer_kernels_count_upcalls_by_port()
    {
        byte[] payload =
        [
            .. FakeOpenVSwitch.Header(New, 7),
            .. Of(1, 3u),
            .. Of(2, 1u),
            .. Of(3, "web1"),
            .. Nest(10, Of(0, Counters(40)), Of(1, Counters(2))),
        ];
        OvsVportMessage.TryParse(new NetlinkMessage(31, 0, 1, payload), out var port, out _).ShouldBeTrue();
        (port.Counters.Upcalls, port.Counters.UpcallsLost).ShouldBe((40, 2));
    }

    [TestCase("", NetlinkProblem.AttributeMissing)]
    [TestCase("08000100 03000000 08000200 01000000", NetlinkProblem.AttributeMissing)]
    [TestCase("08000100 03000000 06000300 6100 0000", NetlinkProblem.AttributeMissing)]
    [TestCase("06000100 0300 0000", NetlinkProblem.ValueTooShort)]
    [TestCase("08000600 01000000", NetlinkProblem.ValueTooShort)]
    [TestCase("0c000a00 09000000 00000000", NetlinkProblem.AttributeCut)]
    [TestCase("0c000400 05000100 00000000", NetlinkProblem.ValueTooShort)]
    [TestCase("09000300 61", NetlinkProblem.AttributeCut)]
    public void A_malformed_port_is_a_problem(string hex, NetlinkProblem expected)
    {
        byte[] payload = [.. FakeOpenVSwitch.Header(New, 7), .. Hex(hex)];
        OvsVportMessage.TryParse(new NetlinkMessage(31, 0, 1, payload), out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(expected);
    }

    private OvsDatapath Open(string name, bool isPerCpu = false)
    {
        using var session = _kernel.Open();
        return session.OpenDatapath(name, isPerCpu);
    }

    private static string Refused(Func<object?> act, Errno errno)
    {
        var refusal = Should.Throw<NetlinkException>(() => act());
        refusal.Errno.ShouldBe(errno);
        refusal.Message.Split('\n').Length.ShouldBe(1);
        return refusal.Message;
    }
}
