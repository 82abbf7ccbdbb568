using System.Buffers.Binary;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;

namespace Fabric.Bench.Datapath;

/// <summary>A thread that sends UDP datagrams in frames of 64 bytes from the left guest, 64 a system call, as fast as the kernel takes them.</summary>
internal sealed class UdpBlaster : IDisposable
{
    /// <summary>Where all datagrams go: discard.</summary>
    public const int DestinationPort = 9;

    // 60 bytes of ours; the frame's checksum makes 64 on a wire.
    private const int FrameBytes = 60;
    private const int HeaderBytes = 14 + 20 + 8;
    private const int SourcePortAt = 14 + 20;
    private const int ChecksumAt = SourcePortAt + 6;
    private const int FirstSourcePort = 10_000;

    private readonly PacketSocket _socket;
    private readonly FrameBatch _batch = new();
    private readonly int _flows;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _sent;

    private UdpBlaster(PacketSocket socket, int flows)
    {
        (_socket, _flows) = (socket, flows);
        var packet = PacketNotation.Parse(
            $"udp,dl_src={Site.LeftMac},dl_dst={Site.RightMac},nw_src={Site.LeftAddress},nw_dst={Site.RightAddress},nw_ttl=64,"
                + $"tp_src={FirstSourcePort},tp_dst={DestinationPort},payload={new string('0', 2 * (FrameBytes - HeaderBytes))}"
        );
        var frame = packet.ToFrame();
        // No checksum (RFC 768), so that a source port can be changed without one.
        frame.AsSpan(ChecksumAt, sizeof(ushort)).Clear();
        while (_batch.TryAdd(frame)) { }
        _thread = new Thread(Send) { Name = "blaster", IsBackground = true };
    }

    /// <summary>Frames that the kernel took so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Starts to send.</summary>
    /// <param name="site">From the left guest to the right.</param>
    /// <param name="flows">Distinct source ports.</param>
    public static UdpBlaster Start(Site site, int flows)
    {
        var blaster = new UdpBlaster(site.Left.Run(() => PacketSocket.Open(Site.GuestPort)), flows);
        blaster._thread.Start();
        return blaster;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _socket.Dispose();
        _batch.Dispose();
    }

    private void Send()
    {
        var flow = 0;
        while (!_isStopping)
        {
            for (var i = 0; i < _batch.Count && _flows > 1; i++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_batch.Frame(i)[SourcePortAt..], (ushort)(FirstSourcePort + flow));
                flow = flow + 1 < _flows ? flow + 1 : 0;
            }
            Volatile.Write(ref _sent, _sent + _socket.Send(_batch));
        }
    }
}
