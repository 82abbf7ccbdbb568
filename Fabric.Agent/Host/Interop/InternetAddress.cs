using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fabric.Addresses;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct sockaddr_in or sockaddr_in6: an address and port of either version of IP.</summary>
/// <remarks>
/// <code>
///     version 4:  u16 family | u16 port | 4 address
///     version 6:  u16 family | u16 port | u32 flow | 16 address | u32 scope       port and address in network order
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InternetAddress
{
    /// <summary>Bytes of the longer one.</summary>
    public const int MaxBytes = 28;

    private fixed byte _bytes[MaxBytes];

    /// <summary>Bytes that count.</summary>
    public readonly uint LengthBytes => Family == Libc.AF_INET6 ? 28u : 16u;

    private readonly ushort Family
    {
        get
        {
            fixed (byte* bytes = _bytes)
                return *(ushort*)bytes;
        }
    }

    /// <summary>The IP address.</summary>
    public readonly IpAddress Address
    {
        get
        {
            fixed (byte* bytes = _bytes)
            {
                return Family == Libc.AF_INET6
                    ? IpAddress.Of(IpFamily.V6, BinaryPrimitives.ReadUInt128BigEndian(new ReadOnlySpan<byte>(bytes + 8, 16)))
                    : IpAddress.Of(IpFamily.V4, BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(bytes + 4, 4)));
            }
        }
    }

    /// <summary>An address with a port.</summary>
    public static InternetAddress Of(IpAddress address, ushort port)
    {
        var made = default(InternetAddress);
        var isV6 = address.Family == IpFamily.V6;
        var bytes = new Span<byte>(made._bytes, MaxBytes);
        MemoryMarshal.Write(bytes, (ushort)(isV6 ? Libc.AF_INET6 : Libc.AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        if (isV6)
            BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], address.Bits);
        else
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)address.Bits);
        return made;
    }
}
