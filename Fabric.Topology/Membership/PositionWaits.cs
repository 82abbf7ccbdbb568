using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>Who here waits for positions of others, and which others wait for this node's. Owned by one actor.</summary>
internal sealed class PositionWaits
{
    private readonly List<PositionWait> _waits = [];
    private readonly Dictionary<HostId, long> _askers = [];

    /// <summary>Adds one that waits here.</summary>
    public void Add(PositionWait wait) => _waits.Add(wait);

    /// <summary>Another host wants to hear of a position; only the last that it asked for is kept.</summary>
    public void Add(HostId asker, long position) => _askers[asker] = position;

    /// <summary>Ends the waits that are over.</summary>
    public void Complete(ImmutableArray<Member> members)
    {
        if (_waits.Count == 0)
            return;
        var byHost = members.ToDictionary(member => member.Host);
        foreach (var wait in _waits.Where(wait => wait.Hosts.All(host => IsThere(wait, host))))
            wait.Done.TrySetResult();
        _waits.RemoveAll(wait => wait.Done.Task.IsCompleted);

        bool IsThere(PositionWait wait, HostId host) =>
            byHost.TryGetValue(host, out var member) && member.HasReached(wait.Position, wait.IsInForce);
    }

    /// <summary>Whom to ask for which position: those that waits here are still for, each once and for the farthest.</summary>
    public Dictionary<HostId, long> ToAsk(ImmutableArray<Member> members)
    {
        var asked = new Dictionary<HostId, long>();
        if (_waits.Count == 0)
            return asked;
        var byHost = members.ToDictionary(member => member.Host);
        foreach (var wait in _waits)
        {
            foreach (var host in wait.Hosts)
            {
                if (!byHost.TryGetValue(host, out var member) || !member.HasReached(wait.Position, wait.IsInForce))
                    asked[host] = Math.Max(wait.Position, asked.GetValueOrDefault(host));
            }
        }
        return asked;
    }

    /// <summary>Gives up all waits.</summary>
    public void Cancel()
    {
        foreach (var wait in _waits)
            wait.Done.TrySetCanceled();
        _waits.Clear();
    }

    /// <summary>Takes those out that asked for this position or one before it.</summary>
    public ImmutableArray<HostId> TakeAskers(long position)
    {
        ImmutableArray<HostId> told = [.. _askers.Where(asker => asker.Value <= position).Select(asker => asker.Key)];
        foreach (var host in told)
            _askers.Remove(host);
        return told;
    }
}
