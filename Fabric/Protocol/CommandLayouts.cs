using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Command = Fabric.Changes.TopologyCommand;

namespace Fabric.Protocol;

/// <summary>The layout of commands.</summary>
internal static class CommandLayouts
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
    private static readonly FieldCodec<long?> _version = ValueCodec.OrNull(ValueCodec.Int64);

    private static readonly Layout<DeviceVersion> _expected = new Layout<DeviceVersion>("expected version", default)
        .Required(1, ValueCodec.Ref, expected => expected.Device, (expected, device) => expected with { Device = device })
        .Required(2, ValueCodec.Int64, expected => expected.Version, (expected, version) => expected with { Version = version });

    /// <summary>Commands that a batch can hold.</summary>
    private static readonly Union<Command> _single = AddSingles(new Union<Command>("command"));

    /// <summary>All commands; a batch within a batch is not one.</summary>
    public static Union<Command> Command { get; } =
        AddSingles(new Union<Command>("command"))
            .Case(
                12,
                new Layout<Command.Batch>("batch", new([]))
                    .Repeated(1, _single, command => command.Commands, (command, commands) => command with { Commands = commands })
                    .Repeated(2, _expected, command => command.Expected, (command, expected) => command with { Expected = expected })
            );

    public static Layout<CommandEnvelope> Envelope { get; } =
        new Layout<CommandEnvelope>("command envelope", new CommandEnvelope(default, "", "", new Command.Batch([])))
            .Required(1, ValueCodec.Request, envelope => envelope.Request, (envelope, request) => envelope with { Request = request })
            .Optional(2, ValueCodec.Text, envelope => envelope.Author, (envelope, author) => envelope with { Author = author })
            .Optional(3, ValueCodec.Text, envelope => envelope.Reason, (envelope, reason) => envelope with { Reason = reason })
            .Required(4, Command, envelope => envelope.Command, (envelope, command) => envelope with { Command = command });

    private static Union<Command> AddSingles(Union<Command> union) =>
        AddPortLeases(AddHosts(AddSets(AddRoutes(AddRules(AddPorts(AddDevices(union)))))));

    private static Union<Command> AddDevices(Union<Command> union) =>
        union
            .Case(
                1,
                new Layout<Command.PutDevice>("put", new(_noDevice))
                    .Required(1, DeviceLayouts.Device, command => command.Device, (command, device) => command with { Device = device })
                    .Optional(
                        2,
                        _version,
                        command => command.ExpectedVersion,
                        (command, version) => command with { ExpectedVersion = version }
                    )
            )
            .Case(
                2,
                new Layout<Command.DeleteDevice>("delete", new(default(DeviceRef)))
                    .Required(1, ValueCodec.Ref, command => command.Device, (command, device) => command with { Device = device })
                    .Optional(
                        2,
                        _version,
                        command => command.ExpectedVersion,
                        (command, version) => command with { ExpectedVersion = version }
                    )
            );

    private static Union<Command> AddPorts(Union<Command> union) =>
        union
            .Case(
                3,
                new Layout<Command.LinkPorts>("link", new(default, default))
                    .Required(1, ValueCodec.Port, command => command.First, (command, port) => command with { First = port })
                    .Required(2, ValueCodec.Port, command => command.Second, (command, port) => command with { Second = port })
            )
            .Case(
                4,
                new Layout<Command.UnlinkPort>("unlink", new(default(PortId))).Required(
                    1,
                    ValueCodec.Port,
                    command => command.Port,
                    (command, port) => command with { Port = port }
                )
            )
            .Case(
                5,
                new Layout<Command.BindPort>("bind", new(default, null))
                    .Required(1, ValueCodec.Port, command => command.Port, (command, port) => command with { Port = port })
                    .Optional(
                        2,
                        DeviceLayouts.Binding,
                        command => command.Binding,
                        (command, binding) => command with { Binding = binding }
                    )
            );

    private static Union<Command> AddRules(Union<Command> union) =>
        union
            .Case(
                6,
                new Layout<Command.InsertRule>("rule insertion", new(default, 0, _noRule))
                    .Required(1, ValueCodec.Chain, command => command.Chain, (command, chain) => command with { Chain = chain })
                    .Required(2, ValueCodec.Int32, command => command.Index, (command, index) => command with { Index = index })
                    .Required(3, RuleLayouts.Rule, command => command.Rule, (command, rule) => command with { Rule = rule })
                    .Optional(
                        4,
                        _version,
                        command => command.ExpectedVersion,
                        (command, version) => command with { ExpectedVersion = version }
                    )
            )
            .Case(
                7,
                new Layout<Command.ReplaceRule>("rule replacement", new(default, "", _noRule))
                    .Required(1, ValueCodec.Chain, command => command.Chain, (command, chain) => command with { Chain = chain })
                    .Required(2, ValueCodec.Text, command => command.Name, (command, name) => command with { Name = name })
                    .Required(3, RuleLayouts.Rule, command => command.Rule, (command, rule) => command with { Rule = rule })
                    .Optional(
                        4,
                        _version,
                        command => command.ExpectedVersion,
                        (command, version) => command with { ExpectedVersion = version }
                    )
            )
            .Case(
                8,
                new Layout<Command.DeleteRule>("rule deletion", new(default, ""))
                    .Required(1, ValueCodec.Chain, command => command.Chain, (command, chain) => command with { Chain = chain })
                    .Required(2, ValueCodec.Text, command => command.Name, (command, name) => command with { Name = name })
                    .Optional(
                        3,
                        _version,
                        command => command.ExpectedVersion,
                        (command, version) => command with { ExpectedVersion = version }
                    )
            );

    private static Union<Command> AddRoutes(Union<Command> union) =>
        union
            .Case(
                9,
                new Layout<Command.PutRoute>("route change", new(default, _noRoute))
                    .Required(1, ValueCodec.Router, command => command.Router, (command, router) => command with { Router = router })
                    .Required(2, DeviceLayouts.Route, command => command.Route, (command, route) => command with { Route = route })
            )
            .Case(
                10,
                new Layout<Command.DeleteRoute>("route deletion", new(default, ""))
                    .Required(1, ValueCodec.Router, command => command.Router, (command, router) => command with { Router = router })
                    .Required(2, ValueCodec.Text, command => command.Name, (command, name) => command with { Name = name })
            );

    private static Union<Command> AddSets(Union<Command> union) =>
        union.Case(
            11,
            new Layout<Command.ChangeAddressSet>("set change", new(default, _none, _none))
                .Required(1, ValueCodec.Set, command => command.Set, (command, set) => command with { Set = set })
                .Repeated(2, ValueCodec.Prefix, command => command.Added, (command, added) => command with { Added = added })
                .Repeated(3, ValueCodec.Prefix, command => command.Removed, (command, removed) => command with { Removed = removed })
        );

    private static Union<Command> AddHosts(Union<Command> union) =>
        union.Case(
            13,
            new Layout<Command.KeyHost>("host's key", new(default, default))
                .Required(1, ValueCodec.Host, command => command.Host, (command, host) => command with { Host = host })
                .Required(2, KeyLayouts.PeerKey, command => command.Key, (command, key) => command with { Key = key }),
            since: 3
        );

    private static Union<Command> AddPortLeases(Union<Command> union) =>
        union
            .Case(
                14,
                new Layout<Command.LeasePorts>("port lease", new(default, default, []))
                    .Required(1, ValueCodec.Router, command => command.Router, (command, router) => command with { Router = router })
                    .Required(2, ValueCodec.Host, command => command.Host, (command, host) => command with { Host = host })
                    .Repeated(3, PortLeaseLayouts.Wish, command => command.Wishes, (command, wishes) => command with { Wishes = wishes }),
                since: 6
            )
            .Case(
                15,
                new Layout<Command.ReturnPorts>("port return", new(default, default, []))
                    .Required(1, ValueCodec.Router, command => command.Router, (command, router) => command with { Router = router })
                    .Required(2, ValueCodec.Host, command => command.Host, (command, host) => command with { Host = host })
                    .Repeated(3, PortLeaseLayouts.Blocks, command => command.Blocks, (command, blocks) => command with { Blocks = blocks }),
                since: 6
            );
}
