using System.Diagnostics;
using Fabric.Balancing;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>Chooses the member of a pool for a new connection.</summary>
/// <remarks>A function of its arguments: asked again before anything was remembered, it chooses the same.</remarks>
public static class MemberChoice
{
    /// <summary>The member for a connection that begins.</summary>
    /// <param name="connections">Those that members have.</param>
    /// <param name="method">How to choose.</param>
    /// <param name="table">The pool; some member takes connections.</param>
    /// <param name="key">The packet, as the router receives it.</param>
    public static PoolMember Of(IConnections connections, BalancingMethod method, PoolTable table, in ConnectionKey key)
    {
        switch (method)
        {
            case BalancingMethod.Maglev:
                return table.Open[table.PlaceOf(MemberHash.Of(key))];
            case BalancingMethod.Source:
                return table.Open[table.PlaceOf(MemberHash.Of(key.Source, 0))];
            case BalancingMethod.LeastConnections:
                return ChooseLeast(connections, table, key);
        }
        throw new UnreachableException();
    }

    /// <summary>The member with fewest connections for its weight; of several, the first from where the hash points.</summary>
    private static PoolMember ChooseLeast(IConnections connections, PoolTable table, in ConnectionKey key)
    {
        var first = table.PlaceOf(MemberHash.Of(key));
        var best = table.Open[first];
        long fewest = CountAt(connections, best, key);
        for (var i = 1; i < table.Open.Length; i++)
        {
            var member = table.Open[(first + i) % table.Open.Length];
            long count = CountAt(connections, member, key);
            // With the one that is being chosen for, so that weights count among those that have none.
            if ((count + 1) * best.Weight < (fewest + 1) * member.Weight)
                (best, fewest) = (member, count);
        }
        return best;
    }

    private static int CountAt(IConnections connections, PoolMember member, in ConnectionKey key) =>
        connections.CountLedTo(key with { Source = member.Address, SourcePort = member.Port ?? key.DestinationPort });
}
