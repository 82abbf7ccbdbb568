using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Connections;

/// <summary>What an agent does with the wishes of simulations, for tables without one.</summary>
internal static class RememberedConnections
{
    /// <summary>Remembers what a simulation wishes.</summary>
    public static void Remember(
        this ConnectionTable table,
        SimulationScratch decided,
        TimeSpan now = default,
        List<FlowTag>? touched = null
    )
    {
        touched ??= [];
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind == EffectKind.OpenConnection)
                table.Open(effect.Connection, effect.Answers, effect.Port, effect.Flags, now, touched, out _, effect.Egress);
            else if (effect.Kind == EffectKind.SeeConnection)
                table.See(effect.Seen.Handle, effect.Seen.Direction, effect.Flags, now, touched);
        }
    }

    /// <summary>Something happens to a connection that no packet of these tests did: another thread saw one, or it expired. Tells what.</summary>
    public static string Happen(this ConnectionTable table, Random random, List<FlowTag> touched)
    {
        var all = new List<Connection>();
        table.CopyTo(all);
        if (all.Count == 0)
            return "nothing";
        var connection = all[random.Next(all.Count)];
        if (random.Next(4) == 0)
        {
            table.Expire(TimeSpan.FromDays(1), 1 + random.Next(4), touched);
            return "expiry";
        }
        table.TryFind(connection.Forward, out var found).ShouldBeTrue();
        var direction = (FlowDirection)random.Next(2);
        var flags = new[] { TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Syn | TcpFlags.Ack }[random.Next(4)];
        table.See(found.Handle, direction, flags, TimeSpan.Zero, touched);
        return $"{flags} {direction} of {connection.Forward}";
    }
}
