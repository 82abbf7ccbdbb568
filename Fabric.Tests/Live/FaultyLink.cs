using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>A forwarder between a lab's switch and one of its hosts, which loses, doubles, delays, reorders and swallows frames as it is told.</summary>
/// <remarks>Made because not every kernel has netem. One thread; <see cref="Fault"/> may be set from any.</remarks>
internal sealed class FaultyLink : IDisposable
{
    private const int Host = 0;
    private const int Switch = 1;
    private const ulong Wake = ulong.MaxValue;
    private const string Near = "fault0";
    private const string Far = "fault1";

    private readonly PacketSocket[] _sockets;
    private readonly FrameBatch _received = new();
    private readonly FrameBatch _sent = new();
    private readonly PollSet _poll = new();
    private readonly WakeSignal _stop = new();
    private readonly PriorityQueue<Frame, long> _underWay = new();
    private readonly Random _dice;
    private readonly Action _restore;
    private readonly Thread _thread;
    private LinkFault _fault = LinkFault.None;
    private Exception? _failure;

    private FaultyLink(PacketSocket host, PacketSocket between, int seed, Action restore)
    {
        (_sockets, _dice, _restore) = ([host, between], new Random(seed), restore);
        _poll.Add(_stop.Descriptor, Wake);
        for (var i = 0; i < _sockets.Length; i++)
            _poll.Add(_sockets[i].Descriptor, (ulong)i);
        _thread = new Thread(Run) { IsBackground = true, Name = "faulty link" };
        _thread.Start();
    }

    /// <summary>What it does to frames from now on.</summary>
    public LinkFault Fault
    {
        get => Volatile.Read(ref _fault);
        set => Volatile.Write(ref _fault, value);
    }

    /// <summary>Takes a host's cable out of the switch and goes in between; it is put back by disposing.</summary>
    public static FaultyLink Open(LabPlan plan, string host, int seed = 1)
    {
        var place = plan.SwitchNamespace;
        using var routes = RouteSocket.Open(place);
        var cable = routes.ReadLink(host);
        var center = routes.ReadLink("switch");
        using (var here = NetworkNamespace.Open(place))
            routes.CreateVeth(Near, Far, here);
        foreach (var name in (string[])[Near, Far])
        {
            routes.SetMtu(routes.ReadLink(name), 9000);
            routes.SetUp(routes.ReadLink(name));
        }
        routes.SetMaster(cable, null);
        routes.SetMaster(routes.ReadLink(Far), center);
        var sockets = NetworkNamespace.Run(
            place,
            () => ((string[])[host, Near]).Select(name => PacketSocket.Open(name, new PacketSocketOptions())).ToArray()
        );
        return new FaultyLink(sockets[Host], sockets[Switch], seed, () => Restore(place, host));
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        foreach (var socket in _sockets)
            socket.Dispose();
        _received.Dispose();
        _sent.Dispose();
        _poll.Dispose();
        _stop.Dispose();
        _restore();
        _failure.ShouldBeNull();
    }

    private static void Restore(string place, string host)
    {
        using var routes = RouteSocket.Open(place);
        if (routes.FindLink(Near) is { } near)
            routes.Delete(near);
        if (routes.FindLink(host) is { } cable)
            routes.SetMaster(cable, routes.ReadLink("switch"));
    }

    private void Run()
    {
        try
        {
            var events = new PollEvent[PollSet.MaxEvents];
            while (true)
            {
                var count = _poll.Wait(events, MillisecondsToNext());
                for (var i = 0; i < count; i++)
                {
                    if (events[i].Token == Wake)
                        return;
                    Take((int)events[i].Token);
                }
                SendDue();
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private int MillisecondsToNext()
    {
        if (!_underWay.TryPeek(out _, out var due))
            return -1;
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        return left <= TimeSpan.Zero ? 0 : (int)Math.Ceiling(left.TotalMilliseconds);
    }

    private void Take(int from)
    {
        var fault = Fault;
        _sockets[from].Receive(_received);
        for (var i = 0; i < _received.Count; i++)
        {
            var frame = _received.Frame(i);
            if (IsSwallowed(fault, from, frame))
                continue;
            var copies = _dice.NextDouble() < fault.Doubled ? 2 : 1;
            while (copies-- > 0)
            {
                var after = fault.Delay + _dice.NextDouble() * fault.Jitter;
                var due = Stopwatch.GetTimestamp() + (long)(after.TotalSeconds * Stopwatch.Frequency);
                _underWay.Enqueue(new Frame(frame.ToArray(), _received.Header(i), 1 - from), due);
            }
        }
    }

    private bool IsSwallowed(LinkFault fault, int from, ReadOnlySpan<byte> frame)
    {
        if (frame.Length > fault.LongestFrameBytes || _dice.NextDouble() < (from == Host ? fault.LossOut : fault.LossIn))
            return true;
        foreach (var address in fault.Parted)
        {
            if (Names(frame, address))
                return true;
        }
        return false;
    }

    /// <summary>The frame comes from an address or goes there: by its ARP, IPv4 or IPv6 header.</summary>
    private static bool Names(ReadOnlySpan<byte> frame, IpAddress address)
    {
        var bytes = System.Net.IPAddress.Parse(address.ToString()).GetAddressBytes();
        var (type, source, destination) = address.Family == IpFamily.V6 ? (0x86dd, 22, 38) : (0x0800, 26, 30);
        return frame.Length >= destination + bytes.Length
            && (frame[12] << 8 | frame[13]) == type
            && (frame.Slice(source, bytes.Length).SequenceEqual(bytes) || frame.Slice(destination, bytes.Length).SequenceEqual(bytes));
    }

    private void SendDue()
    {
        while (_underWay.TryPeek(out _, out var due) && due <= Stopwatch.GetTimestamp())
        {
            var frame = _underWay.Dequeue();
            _sent.Clear();
            _sent.TryAdd(frame.Bytes, frame.Offload).ShouldBeTrue();
            _sockets[frame.To].Send(_sent);
        }
    }

    private sealed record Frame(byte[] Bytes, VirtioNetHeader Offload, int To);
}
