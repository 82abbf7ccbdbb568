using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Replica;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Liveness;

/// <summary>Asks the hosts that flows depend on whether the way to them is up, and publishes what it finds.</summary>
/// <remarks>
/// Owned by the upcall thread that has the tunnel: echoes leave with its batches and come back as its upcalls. The other side's datapath sends
/// them back by a flow, without its agent. A host that is not asked counts as up.
/// </remarks>
/// <param name="datapath">The thread's.</param>
/// <param name="view">The network; what is found is published here.</param>
/// <param name="ports">Where the tunnel is.</param>
/// <param name="use">Which hosts are in use.</param>
/// <param name="clock">The agent's clock.</param>
public sealed class LivenessRunner(IDatapath datapath, NetworkView view, PortTable ports, TunnelUse use, TimeProvider clock)
{
    /// <summary>Hosts asked in one turn at most, so that packets do not wait; the others are asked in the next.</summary>
    public const int MaxPerTurn = 256;

    /// <summary>A host that no flow has depended on for so long is asked no more, unless it is down.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ReviewInterval = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetTimestamp();
    private readonly Dictionary<HostId, Asked> _asked = [];
    private readonly PriorityQueue<Asked, TimeSpan> _due = new();
    private readonly byte[] _frame = new byte[Echo.MaxFrameBytes];
    private readonly FlowAction[] _actions = new FlowAction[2];
    private TimeSpan _reviewed = -ReviewInterval;

    /// <summary>How often is asked.</summary>
    public required ProbeTiming Timing { get; init; }

    /// <summary>Draws discriminators and the times between echoes.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Echoes sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Packets by the key of answers that are none: to an agent before this one, or forged.</summary>
    public long Strange { get; private set; }

    private TimeSpan Now => clock.GetElapsedTime(_started);

    /// <summary>How the ways to the hosts that are asked are.</summary>
    public IReadOnlyList<TunnelReading> Read()
    {
        var now = Now;
        return
        [
            .. _asked.Values.Select(asked =>
            {
                var (lost, of) = asked.Probe.Loss;
                return new TunnelReading(
                    asked.Host,
                    asked.State,
                    now - asked.Since,
                    asked.Probe.RoundTrip,
                    asked.Probe.MaxRoundTrip,
                    lost,
                    of
                );
            }),
        ];
    }

    /// <summary>How long the thread may sleep: until the next host is to be asked, or as long as it would.</summary>
    public TimeSpan Until(TimeSpan timeout)
    {
        if (!_due.TryPeek(out _, out var due))
            return timeout;
        var left = due - clock.GetElapsedTime(_started);
        return left <= TimeSpan.Zero ? TimeSpan.Zero
            : left < timeout ? left
            : timeout;
    }

    /// <summary>Asks whom it is time to ask.</summary>
    /// <returns>More are due.</returns>
    public bool Work()
    {
        var now = Now;
        if (now - _reviewed >= ReviewInterval)
            Review(now);
        for (var count = 0; _due.TryPeek(out var asked, out var due) && due <= now; count++)
        {
            if (count == MaxPerTurn)
                return true;
            _due.Dequeue();
            // One that was to be asked sooner, or not at all, has left an entry behind.
            if (asked.Queued != due || _asked.GetValueOrDefault(asked.Host) != asked)
                continue;
            asked.Queued = null;
            Ask(asked, now);
        }
        return false;
    }

    /// <summary>An echo came back.</summary>
    public void Hear(HostId peer, ReadOnlySpan<byte> frame)
    {
        var now = Now;
        var wasReached = !view.Learned.UnreachedHosts.Contains(peer);
        if (!Echo.TryParse(frame, out var echo) || !_asked.TryGetValue(peer, out var asked) || !asked.Probe.Hear(echo, now))
        {
            Strange++;
            return;
        }
        // The other end asks once a second too, and until it has, it drops what this one is sent back.
        if (!wasReached && Underlay.TryPair(view.Topology, view.Self, peer, out var source, out var destination))
            Send(TunnelKeys.LivenessHint, echo with { IsFull = false }, source, destination, frameBytes: 0);
        Settle(asked, now);
    }

    /// <summary>Asks a host at once, for it has found the way up.</summary>
    public void AskNow(HostId peer)
    {
        if (!_asked.TryGetValue(peer, out var asked))
            return;
        asked.Probe.Hurry(Now);
        if (asked.Queued != asked.Probe.Due)
            Queue(asked, asked.Probe.Due);
    }

    /// <summary>Begins with hosts that have come into use, and ends with those that are out of it.</summary>
    private void Review(TimeSpan now)
    {
        _reviewed = now;
        var topology = view.Topology;
        foreach (var (host, last) in use.All)
        {
            var isOld = clock.GetElapsedTime(last) > Linger;
            if (isOld || !topology.Hosts.ContainsKey(host))
                use.Forget(host);
            else if (!_asked.ContainsKey(host) && IsPaired(topology, host))
                Begin(host, now);
            if (_asked.TryGetValue(host, out var asked))
                asked.LastUsed = last;
        }
        foreach (var asked in _asked.Values.Where(asked => IsOver(asked, topology)).ToList())
            End(asked);
    }

    private void End(Asked asked)
    {
        _asked.Remove(asked.Host);
        view.Facts.SetReached(asked.Host, isReached: true);
    }

    private bool IsOver(Asked asked, TopologySnapshot topology) =>
        !IsPaired(topology, asked.Host) || (asked.Probe.IsReached && clock.GetElapsedTime(asked.LastUsed) > Linger);

    private bool IsPaired(TopologySnapshot topology, HostId host) =>
        ports.Underlay.TunnelPort != 0 && Underlay.TryPair(topology, view.Self, host, out _, out _);

    private void Begin(HostId host, TimeSpan now)
    {
        var asked = new Asked(host, new TunnelProbe(Timing, (uint)Random.NextInt64(1, uint.MaxValue))) { Since = now };
        _asked.Add(host, asked);
        Queue(asked, now);
    }

    private void Ask(Asked asked, TimeSpan now)
    {
        if (!Underlay.TryPair(view.Topology, view.Self, asked.Host, out var source, out var destination))
        {
            End(asked);
            return;
        }
        var frameBytes = ports.Underlay.LinkMtus.TryGetValue(source, out var mtu) ? TunnelMtu.MaxFrameBytes(mtu, source.Family) : 0;
        if (asked.Probe.Ask(now, (uint)Random.NextInt64(uint.MaxValue), frameBytes > 0, out var echo, out var full))
        {
            Send(TunnelKeys.Liveness, echo, source, destination, frameBytes);
            if (full is { } wide)
                Send(TunnelKeys.Liveness, wide, source, destination, frameBytes);
        }
        Settle(asked, now);
    }

    /// <summary>Publishes what has changed, and sees to it that the host is asked again.</summary>
    private void Settle(Asked asked, TimeSpan now)
    {
        if (asked.State != asked.Probe.State)
            (asked.State, asked.Since) = (asked.Probe.State, now);
        if (view.Learned.UnreachedHosts.Contains(asked.Host) == asked.Probe.IsReached)
            view.Facts.SetReached(asked.Host, asked.Probe.IsReached);
        if (asked.Queued != asked.Probe.Due)
            Queue(asked, asked.Probe.Due);
    }

    private void Queue(Asked asked, TimeSpan due)
    {
        asked.Queued = due;
        _due.Enqueue(asked, due);
    }

    private void Send(uint key, in Echo echo, IpAddress source, IpAddress destination, int frameBytes)
    {
        var length = echo.Write(_frame, source, frameBytes, Timing);
        _actions[0] = FlowAction.SetTunnel(key, source, destination, Underlay.TunnelOptionsOf(source.Family));
        _actions[1] = FlowAction.Output(ports.Underlay.TunnelPort);
        datapath.Execute(_frame.AsSpan(0, length), default, _actions);
        Sent++;
    }

    private sealed class Asked(HostId host, TunnelProbe probe)
    {
        public HostId Host => host;

        public TunnelProbe Probe => probe;

        public TunnelState State { get; set; }

        public TimeSpan Since { get; set; }

        public TimeSpan? Queued { get; set; }

        public long LastUsed { get; set; }
    }
}
