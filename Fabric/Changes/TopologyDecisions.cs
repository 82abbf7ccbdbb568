using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Decides about commands: the one entrance to the rules of every kind of device and to the rules between them.</summary>
public static class TopologyDecisions
{
    /// <summary>Decides about a command against a description. Pure and total.</summary>
    public static Decision Decide(TopologySnapshot topology, TopologyCommand command) =>
        new([.. Events(topology, command)], null);

    private static IEnumerable<TopologyEvent> Events(
        TopologySnapshot topology,
        TopologyCommand command
    )
    {
        switch (command)
        {
            case TopologyCommand.PutDevice put:
                var old = topology.Find(put.Device.Ref);
                var device = put.Device is Port p
                    ? p with
                    {
                        Peer = ((Port?)old)?.Peer,
                    }
                    : put.Device;
                if (old is null)
                    return [new TopologyEvent.DeviceCreated(device)];
                return old == device with { Version = old.Version }
                    ? []
                    : [new TopologyEvent.DeviceUpdated(device)];
            case TopologyCommand.DeleteDevice delete:
                return [new TopologyEvent.DeviceDeleted(delete.Device)];
            case TopologyCommand.LinkPorts link:
                return
                [
                    new TopologyEvent.DeviceUpdated(
                        topology.Ports[link.First] with
                        {
                            Peer = link.Second,
                        }
                    ),
                    new TopologyEvent.DeviceUpdated(
                        topology.Ports[link.Second] with
                        {
                            Peer = link.First,
                        }
                    ),
                ];
            case TopologyCommand.UnlinkPort unlink:
                var port = topology.Ports[unlink.Port];
                return
                [
                    new TopologyEvent.DeviceUpdated(port with { Peer = null }),
                    new TopologyEvent.DeviceUpdated(
                        topology.Ports[port.Peer!.Value] with
                        {
                            Peer = null,
                        }
                    ),
                ];
            case TopologyCommand.BindPort bind:
                return
                [
                    new TopologyEvent.DeviceUpdated(
                        topology.Ports[bind.Port] with
                        {
                            Binding = bind.Binding,
                        }
                    ),
                ];
            case TopologyCommand.InsertRule insert:
                return [new TopologyEvent.RuleInserted(insert.Chain, insert.Index, insert.Rule)];
            case TopologyCommand.ReplaceRule replace:
                return
                [
                    new TopologyEvent.RuleReplaced(
                        replace.Chain,
                        IndexOf(topology, replace.Chain, replace.Name),
                        replace.Rule
                    ),
                ];
            case TopologyCommand.DeleteRule delete:
                return
                [
                    new TopologyEvent.RuleDeleted(
                        delete.Chain,
                        IndexOf(topology, delete.Chain, delete.Name)
                    ),
                ];
            case TopologyCommand.PutRoute put:
                return [new TopologyEvent.RoutePut(put.Router, put.Route)];
            case TopologyCommand.DeleteRoute delete:
                return [new TopologyEvent.RouteDeleted(delete.Router, delete.Name)];
            case TopologyCommand.ChangeAddressSet change:
                return
                [
                    new TopologyEvent.AddressSetChanged(change.Set, change.Added, change.Removed),
                ];
            case TopologyCommand.Batch batch:
                var events = new List<TopologyEvent>();
                foreach (var part in batch.Commands)
                {
                    var happened = Events(topology, part).ToList();
                    topology = happened.Aggregate(topology, TopologyEvolution.Apply);
                    events.AddRange(happened);
                }
                return events;
            default:
                throw new UnreachableException();
        }
    }

    private static int IndexOf(TopologySnapshot topology, ChainId chain, string name) =>
        topology.Chains[chain].Rules.ToImmutableArray().FindIndex(rule => rule.Name == name);

    private static int FindIndex(this ImmutableArray<Rule> rules, Predicate<Rule> isWanted)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if (isWanted(rules[i]))
                return i;
        }
        return -1;
    }
}
