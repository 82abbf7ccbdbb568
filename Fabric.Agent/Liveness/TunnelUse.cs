using System.Collections.Concurrent;
using Fabric.Agent.Replica;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Liveness;

/// <summary>Which hosts the flows of this one depend on, over all upcall threads.</summary>
/// <remarks>
/// Any thread. A flow depends on a host when its packets go there, and when they would if the host were reached: so all next hops of a
/// route in use are watched, and a host that is down is watched by the drops of what was for it.
/// </remarks>
/// <param name="view">The network.</param>
public sealed class TunnelUse(NetworkView view)
{
    private readonly ConcurrentDictionary<HostId, long> _last = new();

    /// <summary>Enters the hosts that a thread's flows depend on now.</summary>
    /// <param name="flows">The thread's.</param>
    /// <param name="now">In ticks of the agent's clock.</param>
    public void Mark(FlowTable.FlowTable flows, long now)
    {
        foreach (var host in view.Topology.Hosts.Keys)
        {
            if (host != view.Self && flows.HasAny(ChangeImpact.OfTunnel(host)))
                _last[host] = now;
        }
    }

    /// <summary>The hosts, and when each was last depended on.</summary>
    public IEnumerable<KeyValuePair<HostId, long>> All => _last;

    /// <summary>Takes a host out.</summary>
    public void Forget(HostId host) => _last.TryRemove(host, out _);
}
