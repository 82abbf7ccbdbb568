using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Event = Fabric.Changes.TopologyEvent;

namespace Fabric.Protocol;

/// <summary>The layout of events, entries of the journal, and commands.</summary>
internal static class ChangeLayouts
{
    // Never seen: every layout below requires the fields that a blank lacks.
    private static readonly Bridge _noDevice = new() { Id = default, Name = default };
    private static readonly Rule _noRule = new() { Name = "", Action = default };
    private static readonly Route _noRoute = new()
    {
        Name = "",
        Destination = default,
        Source = default,
    };
    private static readonly ImmutableArray<IpPrefix> _none = [];

    public static Union<Event> Event { get; } =
        new Union<Event>("event")
            .Case(
                1,
                new Layout<Event.DeviceCreated>("creation", new(_noDevice)).Required(
                    1,
                    DeviceLayouts.Device,
                    happened => happened.Device,
                    (happened, device) => happened with { Device = device }
                )
            )
            .Case(
                2,
                new Layout<Event.DeviceUpdated>("update", new(_noDevice)).Required(
                    1,
                    DeviceLayouts.Device,
                    happened => happened.Device,
                    (happened, device) => happened with { Device = device }
                )
            )
            .Case(
                3,
                new Layout<Event.DeviceDeleted>("deletion", new(default(DeviceRef))).Required(
                    1,
                    ValueCodec.Ref,
                    happened => happened.Device,
                    (happened, device) => happened with { Device = device }
                )
            )
            .Case(
                4,
                new Layout<Event.RuleInserted>("rule insertion", new(default, 0, _noRule))
                    .Required(1, ValueCodec.Chain, happened => happened.Chain, (happened, chain) => happened with { Chain = chain })
                    .Required(2, ValueCodec.Int32, happened => happened.Index, (happened, index) => happened with { Index = index })
                    .Required(3, RuleLayouts.Rule, happened => happened.Rule, (happened, rule) => happened with { Rule = rule })
            )
            .Case(
                5,
                new Layout<Event.RuleReplaced>("rule replacement", new(default, 0, _noRule))
                    .Required(1, ValueCodec.Chain, happened => happened.Chain, (happened, chain) => happened with { Chain = chain })
                    .Required(2, ValueCodec.Int32, happened => happened.Index, (happened, index) => happened with { Index = index })
                    .Required(3, RuleLayouts.Rule, happened => happened.Rule, (happened, rule) => happened with { Rule = rule })
            )
            .Case(
                6,
                new Layout<Event.RuleDeleted>("rule deletion", new(default, 0))
                    .Required(1, ValueCodec.Chain, happened => happened.Chain, (happened, chain) => happened with { Chain = chain })
                    .Required(2, ValueCodec.Int32, happened => happened.Index, (happened, index) => happened with { Index = index })
            )
            .Case(
                7,
                new Layout<Event.RoutePut>("route change", new(default, _noRoute))
                    .Required(1, ValueCodec.Router, happened => happened.Router, (happened, router) => happened with { Router = router })
                    .Required(2, DeviceLayouts.Route, happened => happened.Route, (happened, route) => happened with { Route = route })
            )
            .Case(
                8,
                new Layout<Event.RouteDeleted>("route deletion", new(default, ""))
                    .Required(1, ValueCodec.Router, happened => happened.Router, (happened, router) => happened with { Router = router })
                    .Required(2, ValueCodec.Text, happened => happened.Name, (happened, name) => happened with { Name = name })
            )
            .Case(
                9,
                new Layout<Event.AddressSetChanged>("set change", new(default, _none, _none))
                    .Required(1, ValueCodec.Set, happened => happened.Set, (happened, set) => happened with { Set = set })
                    .Repeated(2, ValueCodec.Prefix, happened => happened.Added, (happened, added) => happened with { Added = added })
                    .Repeated(
                        3,
                        ValueCodec.Prefix,
                        happened => happened.Removed,
                        (happened, removed) => happened with { Removed = removed }
                    )
            )
            .Case(
                10,
                new Layout<Event.TunnelKeyGiven>("key", new(default, 0))
                    .Required(1, ValueCodec.Ref, happened => happened.Device, (happened, device) => happened with { Device = device })
                    .Required(2, ValueCodec.Key, happened => happened.Key, (happened, key) => happened with { Key = key }),
                since: 2
            )
            .Case(
                11,
                new Layout<Event.HostKeyed>("host's key", new(default, default))
                    .Required(1, ValueCodec.Host, happened => happened.Host, (happened, host) => happened with { Host = host })
                    .Required(2, KeyLayouts.PeerKey, happened => happened.Key, (happened, key) => happened with { Key = key }),
                since: 3
            )
            .Case(
                12,
                new Layout<Event.PortsLeased>("port lease", new(default, default, []))
                    .Required(1, ValueCodec.Router, happened => happened.Router, (happened, router) => happened with { Router = router })
                    .Required(2, ValueCodec.Host, happened => happened.Host, (happened, host) => happened with { Host = host })
                    .Repeated(
                        3,
                        PortLeaseLayouts.Blocks,
                        happened => happened.Blocks,
                        (happened, blocks) => happened with { Blocks = blocks }
                    ),
                since: 6
            )
            .Case(
                13,
                new Layout<Event.PortsReturned>("port return", new(default, default, []))
                    .Required(1, ValueCodec.Router, happened => happened.Router, (happened, router) => happened with { Router = router })
                    .Required(2, ValueCodec.Host, happened => happened.Host, (happened, host) => happened with { Host = host })
                    .Repeated(
                        3,
                        PortLeaseLayouts.Blocks,
                        happened => happened.Blocks,
                        (happened, blocks) => happened with { Blocks = blocks }
                    ),
                since: 6
            );

    public static Layout<ImmutableArray<Event>> Events { get; } =
        new Layout<ImmutableArray<Event>>("events", []).Repeated(1, Event, events => events, (_, events) => events);

    public static Layout<JournalEntry> Entry { get; } =
        new Layout<JournalEntry>("entry", new JournalEntry(0, default, "", "", default, []))
            .Required(1, ValueCodec.Int64, entry => entry.Position, (entry, position) => entry with { Position = position })
            .Required(2, ValueCodec.Time, entry => entry.Time, (entry, time) => entry with { Time = time })
            .Optional(3, ValueCodec.Text, entry => entry.Author, (entry, author) => entry with { Author = author })
            .Optional(4, ValueCodec.Text, entry => entry.Reason, (entry, reason) => entry with { Reason = reason })
            .Required(5, ValueCodec.Request, entry => entry.Request, (entry, request) => entry with { Request = request })
            .Repeated(6, Event, entry => entry.Events, (entry, events) => entry with { Events = events });
}
