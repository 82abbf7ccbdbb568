using System.Collections.Immutable;
using Fabric.Agent.Views;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Views;

/// <summary>What an entry of the journal did, in words.</summary>
[TestFixture]
public sealed class EntryViewTest
{
    [Test]
    public void A_change_of_one_device_is_told_with_its_fields()
    {
        var net = Net();
        var view = Change(
            net,
            () => net.Chain("in", TopologyBuilder.Rule("web", RuleAction.Accept), TopologyBuilder.Rule("rest", RuleAction.Drop))
        );

        ((string)view["summary"]!).ShouldContain("changed: rule 'rest' added");
        ((int)view["devices"]!).ShouldBe(1);
    }

    [Test]
    public void What_was_said_before_and_is_said_since_is_told_line_by_line()
    {
        var net = Net();
        var (web, ssh) = (TopologyBuilder.Rule("web", RuleAction.Accept), TopologyBuilder.Rule("ssh", RuleAction.Drop));
        string[] Told(Action change) =>
            [.. Change(net, change)["changes"]!.AsArray().SelectMany(one => one!["lines"]!.AsArray()).Select(line => (string)line!)];

        Told(() => net.Chain("in", web, ssh)).ShouldBe(["+   - { name: ssh, do: drop }"]);
        Told(() => net.Chain("in", web with { Action = RuleAction.Reject }, ssh))
            .ShouldBe(["-   - { name: web, do: accept }", "+   - { name: web, do: reject }"]);
        Told(() => net.Bridge("db")).ShouldBe(["+ db: {}"]);
        Told(() =>
            net.Chain("long", [.. Enumerable.Range(0, EntryView.MaxLines + 5).Select(i => TopologyBuilder.Rule($"r{i}", RuleAction.Drop))])
        )
            .Length.ShouldBe(EntryView.MaxLines);
    }

    [Test]
    public void A_change_of_many_is_counted_and_the_first_are_listed()
    {
        var net = Net();
        var view = Change(
            net,
            () =>
            {
                for (var i = 0; i < EntryView.MaxDevices + 10; i++)
                    net.Port($"p{i}", "web");
            }
        );

        ((string)view["summary"]!).ShouldBe($"{EntryView.MaxDevices + 10} ports created, 1 host created");
        view["changes"]!.AsArray().Count.ShouldBe(EntryView.MaxDevices);
    }

    [Test]
    public void Leases_of_ports_are_told_in_one_line_and_are_no_change_of_the_router()
    {
        var net = Fabric.Tests.Simulation.NatWorld.Source("203.0.113.1").World.Net.Host("h1");
        var (router, host) = (net.RouterId("edge"), net.HostId("h1"));
        var outside = Fabric.Addresses.IpAddress.Parse("203.0.113.1");
        var leased = Change(net, () => net.Do(new TopologyCommand.LeasePorts(router, host, [new PortWish(outside, 2)])));
        var returned = Change(net, () => net.Do(new TopologyCommand.ReturnPorts(router, host, [new PortBlocks(outside, 17, 1)])));

        ((string)leased["summary"]!).ShouldBe("host h1 leases 128 ports of 203.0.113.1 at router acme/edge");
        ((string)returned["summary"]!).ShouldBe("host h1 gives back 64 ports of 203.0.113.1 at router acme/edge");
        ((int)leased["devices"]!).ShouldBe(0);
    }

    /// <summary>Only what an entry touches is compared; the words are those of `fabric diff`.</summary>
    [Test]
    public void The_words_are_those_of_the_difference_of_both_networks()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var world = Laws.WorldGenerator.Make(random);
            var (before, subjects) = (world.Topology, new List<DeviceRef>());
            world.Changed += events => subjects.AddRange(events.Select(happened => happened.Subject));
            for (var i = 0; i < 5; i++)
                world.Change();

            var all = TopologyDiff.Changes(before, world.Topology).Select(change => change.ToString());
            TopologyDiff.Between(before, world.Topology, subjects).Select(change => change.ToString()).ShouldBe(all, $"seed {seed}");
        }
    }

    private static TopologyBuilder Net() => new TopologyBuilder().Bridge("web").Chain("in", TopologyBuilder.Rule("web", RuleAction.Accept));

    private static System.Text.Json.Nodes.JsonObject Change(TopologyBuilder net, Action change)
    {
        var before = net.Topology;
        net.Events.Clear();
        change();
        var entry = new JournalEntry(2, DateTimeOffset.UnixEpoch, "ana", "test", default, [.. net.Events]);
        return EntryView.Of(before, net.Topology, entry, hasLines: true);
    }
}
