using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Decides about commands: the one entrance to the rules of every kind of device and to the rules between them.</summary>
/// <remarks>
/// Each command of a batch is held against its device's own rules and must find what it names, in order. What devices demand of each other
/// (<see cref="NetworkRules"/>) is asked once at the end, so that a batch may exchange two addresses or turn a jump round.
/// </remarks>
public static class TopologyDecisions
{
    /// <summary>Decides about a command against a description. Pure and total.</summary>
    public static Decision Decide(TopologySnapshot topology, TopologyCommand command) => Decide(topology, command, out _);

    /// <summary>Decides, and tells what the description would be after the events; as it was if the command is refused.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="command">The wish.</param>
    /// <param name="after">The description after the events.</param>
    /// <param name="horizon">Which freed tunnel keys may be given again; none by default.</param>
    public static Decision Decide(
        TopologySnapshot topology,
        TopologyCommand command,
        out TopologySnapshot after,
        KeyHorizon horizon = default
    )
    {
        var draft = new Draft(topology, horizon);
        var rejection = command is TopologyCommand.Batch batch ? FulfilAll(draft, batch) : Fulfil(draft, command);
        rejection ??= NetworkRules.Check(draft) ?? TunnelKeyRules.Check(draft);
        after = rejection is null ? draft.Now : topology;
        return rejection is null ? Decision.Accept([.. draft.Events]) : Decision.Refuse(rejection);
    }

    private static Rejection? FulfilAll(Draft draft, TopologyCommand.Batch batch)
    {
        if (batch.Commands.IsDefault || batch.Commands.Length > ChangeLimits.MaxBatchCommands)
            return Refusal.Invalid($"a batch holds up to {ChangeLimits.MaxBatchCommands} commands: split it");
        foreach (var expected in batch.Expected.AsSpan())
        {
            if (DeviceRules.CheckVersion(draft.Now, expected) is { } changed)
                return changed;
        }
        foreach (var command in batch.Commands)
        {
            if (Fulfil(draft, command) is { } rejection)
                return rejection;
        }
        return null;
    }

    private static Rejection? Fulfil(Draft draft, TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice put => DeviceRules.Put(draft, put),
            TopologyCommand.DeleteDevice delete => DeviceRules.Delete(draft, delete),
            TopologyCommand.LinkPorts link => PortRules.Link(draft, link),
            TopologyCommand.UnlinkPort unlink => PortRules.Unlink(draft, unlink),
            TopologyCommand.BindPort bind => PortRules.Bind(draft, bind),
            TopologyCommand.InsertRule insert => ChainRules.Insert(draft, insert),
            TopologyCommand.ReplaceRule replace => ChainRules.Replace(draft, replace),
            TopologyCommand.DeleteRule delete => ChainRules.Delete(draft, delete),
            TopologyCommand.PutRoute put => RouterRules.PutRoute(draft, put),
            TopologyCommand.DeleteRoute delete => RouterRules.DeleteRoute(draft, delete),
            TopologyCommand.ChangeAddressSet change => SetRules.Change(draft, change),
            TopologyCommand.KeyHost key => HostRules.Key(draft, key),
            TopologyCommand.LeasePorts lease => PortLeaseRules.Lease(draft, lease),
            TopologyCommand.ReturnPorts giving => PortLeaseRules.Return(draft, giving),
            TopologyCommand.Batch => Refusal.Invalid("a batch cannot hold another batch: put its commands in line"),
            _ => throw new UnreachableException(),
        };
}
