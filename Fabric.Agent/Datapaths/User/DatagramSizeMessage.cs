using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>The control messages UDP_SEGMENT and UDP_GRO: how long each of the datagrams is that pass in one call.</summary>
/// <remarks>
/// <code>
/// struct cmsghdr: size_t length | int level | int type, then the size: u16 to be sent, int as received; in the machine's order
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct DatagramSizeMessage
{
    private const int HeaderBytes = 16;

    [FieldOffset(0)]
    private nuint _lengthBytes;

    [FieldOffset(8)]
    private int _level;

    [FieldOffset(12)]
    private int _type;

    [FieldOffset(16)]
    private ushort _sentBytes;

    [FieldOffset(16)]
    private readonly int _receivedBytes;

    /// <summary>Tells the kernel where to cut.</summary>
    public static DatagramSizeMessage ForSending(int datagramBytes) =>
        new()
        {
            _lengthBytes = HeaderBytes + sizeof(ushort),
            _level = Libc.SOL_UDP,
            _type = Libc.UDP_SEGMENT,
            _sentBytes = (ushort)datagramBytes,
        };

    /// <summary>What the kernel tells; 0 if it told nothing, since one datagram came alone.</summary>
    /// <param name="controlBytes">Bytes of control messages that came.</param>
    public readonly int ReceivedBytes(nuint controlBytes) =>
        controlBytes >= HeaderBytes + sizeof(int) && _level == Libc.SOL_UDP && _type == Libc.UDP_GRO ? _receivedBytes : 0;
}
