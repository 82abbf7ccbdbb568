using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>Which frames fit the tunnels that a flow's actions send them through.</summary>
public static class TunnelFit
{
    /// <summary>No tunnel limits the frames.</summary>
    public const int Unlimited = int.MaxValue;

    /// <summary>The longest frame, as it came in, that passes by all outputs: tags that are pushed before a tunnel must fit it too.</summary>
    public static int LongestFrame(ReadOnlySpan<FlowAction> actions)
    {
        var (longest, growth) = (Unlimited, 0);
        foreach (ref readonly var action in actions)
        {
            growth += GrowthBy(action);
            if (IsLimit(action))
                longest = Math.Min(longest, action.MaxFrameBytes - growth);
        }
        return longest;
    }

    /// <summary>What is left of actions for one frame: outputs through tunnels that it does not fit are left out.</summary>
    /// <param name="actions">The actions, each encapsulation right before its output.</param>
    /// <param name="frameBytes">The frame's length as it came in.</param>
    /// <param name="kept">Emptied, then filled.</param>
    public static void Keep(ReadOnlySpan<FlowAction> actions, int frameBytes, Buffer<FlowAction> kept)
    {
        kept.Clear();
        for (var i = 0; i < actions.Length; i++)
        {
            frameBytes += GrowthBy(actions[i]);
            if (IsLimit(actions[i]) && frameBytes > actions[i].MaxFrameBytes)
                i++;
            else
                kept.Add(actions[i]);
        }
    }

    private static bool IsLimit(in FlowAction action) => action is { Kind: FlowActionKind.SetTunnel, MaxFrameBytes: > 0 };

    private static int GrowthBy(in FlowAction action) =>
        action.Kind switch
        {
            FlowActionKind.PushVlan => Vlan.TagLength,
            FlowActionKind.PopVlan => -Vlan.TagLength,
            _ => 0,
        };
}
