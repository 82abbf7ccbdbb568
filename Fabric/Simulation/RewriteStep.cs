using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>One step of a plan: a rewrite of the packet, or an output of it as it is by then.</summary>
public readonly record struct RewriteStep
{
    /// <summary>The packet is to leave; else it is to be rewritten.</summary>
    public bool IsOutput { get; private init; }

    /// <summary>The exterior port it is to leave by, if it is to leave.</summary>
    public PortId Port { get; private init; }

    /// <summary>The rewrite, if there is one: <see cref="FlowActionKind.SetField"/>, <see cref="FlowActionKind.PushVlan"/> or <see cref="FlowActionKind.PopVlan"/>.</summary>
    public FlowAction Rewrite { get; private init; }

    /// <summary>The packet is to leave by a port.</summary>
    public static RewriteStep Output(PortId port) => new() { IsOutput = true, Port = port };

    /// <summary>The packet is to be rewritten.</summary>
    public static RewriteStep Of(FlowAction rewrite) => new() { Rewrite = rewrite };

    /// <summary>The step in a few words.</summary>
    public override string ToString() => IsOutput ? $"output({Port})" : Rewrite.ToString();
}
