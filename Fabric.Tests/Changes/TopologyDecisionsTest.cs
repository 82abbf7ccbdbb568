using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public partial class TopologyDecisionsTest
{
    private static TopologyBuilder World() =>
        new TopologyBuilder()
            .Chain("web-in", Rule("web", RuleAction.Accept))
            .Bridge("left", inbound: "web-in")
            .Router("edge")
            .Port("vm1", "left", "02:00:00:00:00:01", "10.0.0.1/24")
            .Port("vm2", "left", "02:00:00:00:00:02", "10.0.0.2/24")
            .Connect("left", "edge", "02:00:00:00:01:01", "10.0.0.254/24")
            .Port("up", "edge", "02:00:00:00:01:02", "192.0.2.2/30")
            .Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1")
            .Set("bad", "198.51.100.0/24");

    private static Decision Decide(TopologyBuilder net, TopologyCommand command) => TopologyDecisions.Decide(net.Topology, command);

    private static void ShouldRefuse(Decision decision, RejectionReason reason, string message)
    {
        decision.Rejection.ShouldNotBeNull();
        decision.Rejection.Message.ShouldBe(message);
        decision.Rejection.Reason.ShouldBe(reason);
        decision.Events.ShouldBeEmpty();
    }

    private static TopologyCommand Put(Device device, long? expected = null) => new TopologyCommand.PutDevice(device, expected);

    private static Port PortOf(TopologyBuilder net, string name) => net.Topology.Ports[net.PortId(name)];

    [Test]
    public void A_tunnel_endpoint_is_one_hosts()
    {
        var net = new TopologyBuilder().Host("h1", "192.0.2.1", "2001:db8::1").Host("h2", "192.0.2.2");
        var second = net.Topology.Hosts.Values.Single(host => host.Name.Name == "h2");
        ShouldRefuse(
            Decide(net, Put(second with { Underlay = [IpAddress.Parse("192.0.2.2"), IpAddress.Parse("2001:db8::1")] })),
            RejectionReason.Conflict,
            "host 'h2' and host 'h1' would both have tunnel endpoint 2001:db8::1: give one of them another address"
        );
        Decide(net, Put(second with { Underlay = [IpAddress.Parse("192.0.2.3")] })).IsAccepted.ShouldBeTrue();
        // Two that change addresses at once.
        var first = net.Topology.Hosts.Values.Single(host => host.Name.Name == "h1");
        Decide(
            net,
            new TopologyCommand.Batch([Put(first with { Underlay = second.Underlay }), Put(second with { Underlay = first.Underlay })])
        )
            .IsAccepted.ShouldBeTrue();
    }

    [Test]
    public void What_is_named_by_others_is_not_deleted()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.BridgeId("left"))),
            RejectionReason.StillReferenced,
            "bridge 'acme/left' is still named by port 'acme/left-edge' and 2 others: delete or change those first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.ChainId("web-in"))),
            RejectionReason.StillReferenced,
            "chain 'acme/web-in' is still named by bridge 'acme/left': delete or change that first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.PortId("left-edge"))),
            RejectionReason.StillReferenced,
            "port 'acme/left-edge' is still named by port 'acme/edge-left': delete or change that first"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.DeleteDevice(net.PortId("up"))),
            RejectionReason.StillReferenced,
            "port 'acme/up' is still named by router 'acme/edge': delete or change that first"
        );
    }

    [Test]
    public void Nothing_names_what_is_not_there()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { OutboundChain = new ChainId(0xabc) })),
            RejectionReason.DanglingReference,
            "bridge 'acme/left' names chain 0000000000000abc, which does not exist: create that first, or leave it out"
        );
        ShouldRefuse(
            Decide(
                net,
                Put(PortOf(net, "vm1") with { Id = new PortId(99), Name = new DeviceName("acme", "vm9"), Owner = new RouterId(99) })
            ),
            RejectionReason.DanglingReference,
            "port 'acme/vm9' names router 0000000000000063, which does not exist: create that first, or leave it out"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("j", RuleAction.Jump, jumpTo: new ChainId(0xabc)))),
            RejectionReason.DanglingReference,
            "chain 'acme/web-in' names chain 0000000000000abc, which does not exist: create that first, or leave it out"
        );
    }

    [Test]
    public void A_tenant_names_only_its_own()
    {
        var net = World().Tenant("other").Chain("theirs").Tenant("acme");
        var theirs = net.Topology.Chains.Values.Single(chain => chain.Name.Tenant == "other").Id;
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { OutboundChain = theirs })),
            RejectionReason.Invalid,
            "bridge 'acme/left' names chain 'other/theirs' of another tenant: use one of tenant 'acme'"
        );
        ShouldRefuse(
            Decide(net, Put(net.Topology.Bridges[net.BridgeId("left")] with { Name = new DeviceName("other", "left") })),
            RejectionReason.Invalid,
            "bridge 'acme/left' cannot become 'other/left', since a device stays in its tenant: create another there"
        );
    }

    [Test]
    public void Names_are_legal_and_one_devices()
    {
        var net = World();
        var left = net.Topology.Bridges[net.BridgeId("left")];
        ShouldRefuse(
            Decide(net, Put(left with { Name = new DeviceName("acme", "-x") })),
            RejectionReason.Invalid,
            "'-x' cannot be the name of a bridge: use 1 to 63 letters, digits, '-', '_' and '.', the first a letter or digit"
        );
        ShouldRefuse(
            Decide(net, Put(left with { Id = new BridgeId(9) })),
            RejectionReason.NameTaken,
            "bridge 'acme/left' exists already: choose another name, or change that one"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm1") with { Name = new DeviceName("acme", "vm2") })),
            RejectionReason.NameTaken,
            "port 'acme/vm1' cannot be renamed to 'acme/vm2', which exists already: choose another name"
        );
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("web", RuleAction.Drop))),
            RejectionReason.NameTaken,
            "chain 'acme/web-in' has a rule 'web' already: choose another name, or replace that rule"
        );
        ShouldRefuse(
            Decide(net, Put(new Host { Id = new HostId(9), Name = new DeviceName("acme", "h") })),
            RejectionReason.Invalid,
            "host 'acme/h' cannot belong to tenant 'acme': hosts are shared by all, leave the tenant out"
        );
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("", "h") })),
            RejectionReason.Invalid,
            "bridge 'h' needs a tenant: name it TENANT/h"
        );
    }

    [Test]
    public void An_id_names_one_device_for_ever()
    {
        var net = World();
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = new BridgeId(0), Name = new DeviceName("acme", "x") })),
            RejectionReason.Invalid,
            "bridge 'acme/x' has id 0, which names nothing: choose a random one"
        );
        ShouldRefuse(
            Decide(net, Put(new Bridge { Id = net.BridgeId("left"), Name = new DeviceName("acme", "x") }, expected: 0)),
            RejectionReason.IdTaken,
            "bridge 'acme/x' cannot be created, since its id is that of bridge 'acme/left': choose another id"
        );
        ShouldRefuse(
            Decide(net, Put(PortOf(net, "vm1") with { Owner = net.RouterId("edge") })),
            RejectionReason.Invalid,
            "port 'acme/vm1' stays at its bridge: delete it and create another elsewhere"
        );
    }

    [Test]
    public void A_change_against_an_old_version_is_refused()
    {
        var net = World();
        var left = net.Topology.Bridges[net.BridgeId("left")];
        ShouldRefuse(
            Decide(net, Put(left with { IsAdminUp = false }, expected: 7)),
            RejectionReason.VersionConflict,
            "bridge 'acme/left' is at version 1 and not at 7: read it again and repeat the change"
        );
        Decide(net, Put(left with { IsAdminUp = false }, expected: 1)).IsAccepted.ShouldBeTrue();
        Decide(net, new TopologyCommand.DeleteRule(net.ChainId("web-in"), "web", 7))
            .Rejection!.Reason.ShouldBe(RejectionReason.VersionConflict);
        Decide(net, Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("acme", "x") }, expected: 3))
            .Rejection!.Reason.ShouldBe(RejectionReason.VersionConflict);
    }

    [Test]
    public void A_wish_that_is_fulfilled_gives_no_events()
    {
        var net = World();
        var route = net.Topology.Routers[net.RouterId("edge")].Routes["default"];
        TopologyCommand[] fulfilled =
        [
            Put(PortOf(net, "vm1")),
            Put(PortOf(net, "left-edge") with { Peer = null, Version = 0 }, expected: 0),
            Put(net.Topology.Routers[net.RouterId("edge")]),
            Put(net.Topology.AddressSets[net.SetId("bad")]),
            new TopologyCommand.DeleteDevice(new BridgeId(99)),
            new TopologyCommand.LinkPorts(net.PortId("edge-left"), net.PortId("left-edge")),
            new TopologyCommand.UnlinkPort(net.PortId("vm1")),
            new TopologyCommand.BindPort(net.PortId("vm1"), PortOf(net, "vm1").Binding),
            new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("web", RuleAction.Accept), 0),
            new TopologyCommand.ReplaceRule(net.ChainId("web-in"), "old", Rule("web", RuleAction.Accept)),
            new TopologyCommand.DeleteRule(net.ChainId("web-in"), "none"),
            new TopologyCommand.PutRoute(net.RouterId("edge"), route),
            new TopologyCommand.DeleteRoute(net.RouterId("edge"), "none"),
            new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [IpPrefix.Parse("198.51.100.0/24")], [IpPrefix.Parse("10.0.0.0/8")]),
        ];
        foreach (var command in fulfilled)
        {
            var decision = Decide(net, command);
            decision.Rejection.ShouldBeNull(command.ToString());
            decision.Events.ShouldBeEmpty(command.ToString());
        }
        Decide(net, new TopologyCommand.Batch([.. fulfilled])).Events.ShouldBeEmpty();
    }

    [Test]
    public void A_set_tells_only_what_changes()
    {
        var net = World();
        var inside = IpPrefix.Parse("198.51.100.0/24");
        var outside = IpPrefix.Parse("203.0.113.0/24");
        var decision = Decide(
            net,
            new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [outside, inside], [IpPrefix.Parse("10.0.0.0/8")])
        );
        var changed = decision.Events.ShouldHaveSingleItem().ShouldBeOfType<TopologyEvent.AddressSetChanged>();
        changed.Added.ShouldBe([outside]);
        changed.Removed.ShouldBeEmpty();
        ShouldRefuse(
            Decide(net, new TopologyCommand.ChangeAddressSet(net.SetId("bad"), [outside], [outside])),
            RejectionReason.Invalid,
            "address set 'acme/bad' cannot gain and lose 203.0.113.0/24 at once: name it in one list"
        );
    }

    [Test]
    public void A_batch_is_fulfilled_wholly_or_not_at_all()
    {
        var net = World();
        var good = Put(new Bridge { Id = new BridgeId(9), Name = new DeviceName("acme", "x") });
        var bad = new TopologyCommand.DeleteDevice(net.BridgeId("left"));
        Decide(net, new TopologyCommand.Batch([good])).Events.Length.ShouldBe(1);
        Decide(net, new TopologyCommand.Batch([good, bad])).Events.ShouldBeEmpty();
        ShouldRefuse(
            Decide(net, new TopologyCommand.Batch([new TopologyCommand.Batch([])])),
            RejectionReason.Invalid,
            "a batch cannot hold another batch: put its commands in line"
        );
    }

    [Test]
    public void A_command_about_an_unknown_device_says_so()
    {
        var net = World();
        TopologyCommand[] commands =
        [
            new TopologyCommand.LinkPorts(new PortId(99), net.PortId("vm1")),
            new TopologyCommand.UnlinkPort(new PortId(99)),
            new TopologyCommand.BindPort(new PortId(99), null),
            new TopologyCommand.InsertRule(new ChainId(99), 0, Rule("x", RuleAction.Drop)),
            new TopologyCommand.ReplaceRule(new ChainId(99), "x", Rule("x", RuleAction.Drop)),
            new TopologyCommand.DeleteRule(new ChainId(99), "x"),
            new TopologyCommand.DeleteRoute(new RouterId(99), "x"),
            new TopologyCommand.ChangeAddressSet(new AddressSetId(99), [], []),
        ];
        foreach (var command in commands)
            Decide(net, command).Rejection!.Reason.ShouldBe(RejectionReason.NotFound, command.ToString());
        Decide(net, commands[0])
            .Rejection!.Message.ShouldBe("port 0000000000000063 does not exist: look at what is there, or create it first");
    }
}
