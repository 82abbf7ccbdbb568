using Fabric.Agent.FlowTable;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Membership;

namespace Fabric.Tests.World;

/// <summary>What must be so when everything has worked for a while and nobody has changed anything.</summary>
internal sealed class QuietCheck(World world)
{
    private readonly Audience _audience = new();

    /// <summary>Names something that has not come to rest, or null.</summary>
    public string? FindUnsettled()
    {
        var head = world.Database.Disk.Entries[^1].Head;
        if (!world.Users.AreIdle)
            return "users wait for answers";
        foreach (var node in world.Nodes)
        {
            if (node is not { Agent: { } agent, Hive: { } hive })
                return $"{node.Name} has not started";
            if (hive.Replica.State.Head != head)
                return $"{node.Name} is at {hive.Replica.State.Head}, the journal at {head}: {hive.Health.Failure}";
            if (hive.Health.Failure is { } failure)
                return $"{node.Name} says: {failure}";
            var members = hive.Membership.View.Members;
            if (members.Length < world.Nodes.Length || members.Any(member => member.State != MemberState.Live))
                return SeenBy(node);
            if (node.Check.Moments != 1)
                return $"{node.Name} has not come to the end of what touches its flows ({node.Check.Moments} states)";
            if (!hive.Learned.Current.UnreachedHosts.IsEmpty)
                return $"{node.Name} does not reach {string.Join(", ", hive.Learned.Current.UnreachedHosts)}";
            if (agent.Ports.Failure is { } trouble)
                return $"{node.Name} says: {trouble}";
        }
        return null;
    }

    /// <summary>Tells the world what is not so.</summary>
    public void Run()
    {
        foreach (var node in world.Nodes)
        {
            node.Note();
            CheckFlows(node);
            CheckPorts(node);
        }
        CheckDuties();
        CheckStations();
    }

    /// <summary>Every flow of the datapath is known, does what its packets should have done to them, and admits no packet that might differ.</summary>
    private void CheckFlows(WorldNode node)
    {
        var parts = node.Agent!.Shards[0].Parts;
        if (parts.Path.Counters.Surprises > 0)
            world.Fail($"{parts.Path.Counters.Surprises} flows of {node.Name} came out otherwise though nothing had touched them");
        foreach (var flow in node.Switch.Flows.Ids.Select(id => node.Switch.Flows.Find(id)!.Flow))
        {
            var text = FlowText.Format(flow.Key, flow.Mask, flow.Actions);
            if (parts.Flows.Find(flow.Id) is not { } record)
                world.Fail($"{node.Name} has a flow that nobody knows: {text}");
            else if (record.State != FlowState.Installed)
                world.Fail($"{node.Name} has a flow that is {record.State}: {text}");
            else if (!node.Check.TryDecideNow(record.Sample, default, out var verdict, out var mask, out var actions))
                world.Fail($"{node.Name} has a flow of a port that is not attached: {text}");
            else if (!verdict.IsCacheable || !actions.SequenceEqual(flow.Actions))
                world.Fail($"{node.Name} has a stale flow: {text}; right is {verdict} {DecisionCheck.Text(actions)}");
            else if (!flow.Mask.Covers(mask))
                world.Fail($"{node.Name} has a flow that is too wide: {text}; observed {FlowText.Format(record.Sample, mask)}");
        }
    }

    /// <summary>Everybody whom a port matters to knows whether it is up.</summary>
    private void CheckPorts(WorldNode node)
    {
        var topology = world.Truth.Topology;
        foreach (var port in topology.Ports.Values)
        {
            if (port.Binding is not { } binding || !_audience.Of(topology, port.Id).Contains(node.Id))
                continue;
            var isUp = world.Nodes[(int)binding.Host.Value - 1].Links.GetValueOrDefault(binding.Interface) is { IsUp: true };
            if (node.Hive!.Learned.Current.DownPorts.Contains(port.Id) == isUp)
                world.Fail($"{node.Name} believes that {port.Id} at {binding} is {(isUp ? "down" : "up")}");
        }
    }

    /// <summary>Each duty is exactly one member's, and all agree on whose.</summary>
    private void CheckDuties()
    {
        foreach (var device in world.Truth.Topology.Ports.Keys.Select(port => (DeviceRef)port))
        {
            foreach (var kind in Enum.GetValues<DutyKind>())
            {
                var owners = world.Nodes.Select(node =>
                    Duties.OwnerOf(node.Hive!.Membership.View, MemberRoles.Gateway, new Duty(kind, device))
                );
                if (owners.Distinct().ToArray() is not [{ } owner] || world.Nodes.All(node => node.Id != owner))
                    world.Fail(
                        $"duty {kind} of {device} is nobody's, or several members': {string.Join("; ", world.Nodes.Select(SeenBy))}"
                    );
            }
        }
    }

    /// <summary>All hosts that a bridge matters to know the same of where stations are.</summary>
    private void CheckStations()
    {
        var topology = world.Truth.Topology;
        foreach (var bridge in topology.Bridges.Keys)
        {
            var known = world
                .Nodes.Where(node => _audience.Of(topology, bridge).Contains(node.Id))
                .Select(node => (node.Name, Text: string.Join(", ", StationsOf(node, bridge))))
                .ToArray();
            if (known.Select(view => view.Text).Distinct().Count() > 1)
                world.Fail(
                    $"hosts differ in where the stations of {bridge} are: {string.Join("; ", known)}\nknown, with owners and versions:\n{string.Join('\n', world.Nodes.Select(FactsOf))}"
                );
        }
    }

    private static string SeenBy(WorldNode node) =>
        $"{node.Name} sees {string.Join(", ", node.Hive!.Membership.View.Members.Select(member => $"{member.Name} {member.State} {member.Roles}"))}";

    private string FactsOf(WorldNode node)
    {
        var facts = new List<StampedFact>();
        foreach (var owner in world.Nodes)
            node.Hive!.Learned.Collect(owner.Id, facts);
        return $"{node.Name}: {string.Join(", ", facts.Select(Text).Distinct())}";
    }

    private static string Text(StampedFact stamped) =>
        stamped.Fact is LearnedFact.Station station
            ? $"{station.Key.Bridge.Value}/{station.Key.Vlan}/{station.Key.Mac} at {station.Port?.Value} (h{stamped.Owner.Value} {stamped.Version})"
            : "";

    private static IEnumerable<string> StationsOf(WorldNode node, BridgeId bridge) =>
        node.Hive!.Learned.Current.Macs.Where(station => station.Key.Bridge == bridge)
            .Select(station => $"{station.Key.Vlan}/{station.Key.Mac} at {station.Value.Value}")
            .Order(StringComparer.Ordinal);
}
