using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Hive;

/// <summary>Commands for tests of the hive, and envelopes for them.</summary>
internal static class Wishes
{
    private static long _lastRequest;

    /// <summary>An envelope with a request of its own.</summary>
    public static CommandEnvelope From(string author, TopologyCommand command, string reason = "test") =>
        new(NewRequest(), author, reason, command);

    public static RequestId NewRequest() => new(new UInt128((ulong)Environment.ProcessId, (ulong)Interlocked.Increment(ref _lastRequest)));

    public static TopologyCommand Bridge(ulong id, bool isUp = true, long? expected = null) =>
        new TopologyCommand.PutDevice(
            new Bridge
            {
                Id = new BridgeId(id),
                Name = new DeviceName("t", $"bridge{id}"),
                IsAdminUp = isUp,
            },
            expected
        );

    public static TopologyCommand NoBridge(ulong id) => new TopologyCommand.DeleteDevice(new BridgeId(id));

    public static TopologyCommand Port(ulong id, ulong bridge) =>
        new TopologyCommand.PutDevice(
            new Port
            {
                Id = new PortId(id),
                Name = new DeviceName("t", $"port{id}"),
                Owner = new BridgeId(bridge),
            }
        );

    public static TopologyCommand NoPort(ulong id) => new TopologyCommand.DeleteDevice(new PortId(id));

    /// <summary>A chain whose only rule jumps to another, or that is empty.</summary>
    public static TopologyCommand Chain(ulong id, ulong? jumpTo = null)
    {
        ImmutableArray<Rule> rules = jumpTo is { } target
            ?
            [
                new Rule
                {
                    Name = "go",
                    Action = RuleAction.Jump,
                    JumpTo = new ChainId(target),
                },
            ]
            : [];
        return new TopologyCommand.PutDevice(
            new Chain
            {
                Id = new ChainId(id),
                Name = new DeviceName("t", $"chain{id}"),
                Rules = rules,
            }
        );
    }

    public static TopologyCommand All(params ImmutableArray<TopologyCommand> commands) => new TopologyCommand.Batch(commands);
}
