using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;

namespace Fabric.Bench.Kernel;

/// <summary>A guest's station that sends every frame back to where it came from, from the port that it came to.</summary>
internal sealed class EchoStation : IDisposable
{
    private const int AddressesAt = 14 + 12;
    private const int MacBytes = 6;
    private const int AddressBytes = 4;
    private const int PortBytes = 2;
    private const int PollMilliseconds = 50;

    private readonly PacketSocket _socket;
    private readonly byte[] _self;
    private readonly FrameBatch _batch = new();
    private readonly PollSet _poll = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Starts to answer.</summary>
    public EchoStation(KernelContender contender, GuestPlan guest)
    {
        _self = MacBytesOf(MacAddress.Parse(guest.StationMac));
        _socket = contender.Site[guest].Run(() => PacketSocket.Open(KernelSite.GuestPort));
        _poll.Add(_socket.Descriptor, token: 0);
        _thread = new Thread(Run) { Name = "echo", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _poll.Dispose();
        _socket.Dispose();
        _batch.Dispose();
    }

    private void Run()
    {
        var events = new PollEvent[1];
        while (!_isStopping)
        {
            if (_poll.Wait(events, PollMilliseconds) == 0)
                continue;
            _socket.Receive(_batch);
            for (var i = 0; i < _batch.Count; i++)
            {
                var frame = _batch.Frame(i);
                if (frame.Length != FlowSource.FrameBytes || !frame[..MacBytes].SequenceEqual(_self))
                    continue;
                // The checksum of IPv4 is the same whichever address comes first.
                Swap(frame, 0, MacBytes);
                Swap(frame, AddressesAt, AddressBytes);
                Swap(frame, FlowSource.SourcePortAt, PortBytes);
                _batch.Header(i) = default;
                _socket.Queue(_batch, i);
            }
            _socket.Flush();
        }
    }

    private static void Swap(Span<byte> frame, int at, int length)
    {
        Span<byte> first = stackalloc byte[MacBytes];
        frame.Slice(at, length).CopyTo(first);
        frame.Slice(at + length, length).CopyTo(frame[at..]);
        first[..length].CopyTo(frame[(at + length)..]);
    }

    private static byte[] MacBytesOf(MacAddress mac) =>
        [.. Enumerable.Range(0, MacBytes).Select(i => (byte)(mac.Bits >> (8 * (MacBytes - 1 - i))))];
}
