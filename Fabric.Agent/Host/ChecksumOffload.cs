using System.Text;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Turns an interface's checksum and segmentation offloads on and off, as <c>ethtool -K</c> does.</summary>
/// <remarks>
/// Works in the network namespace of the calling thread; use <see cref="NetworkNamespace.Run{T}"/> for another. With
/// <see cref="Offload.TransmitChecksum"/> off a veth sends whole checksums and no frame longer than its MTU.
/// </remarks>
public static unsafe class ChecksumOffload
{
    private const int MaxNameBytes = 15;

    /// <summary>Switches one offload.</summary>
    /// <exception cref="LinuxException">No such interface (ENODEV), no privilege, or the device cannot (EOPNOTSUPP).</exception>
    public static void Set(string interfaceName, Offload offload, bool isOn)
    {
        var value = new EthtoolValue { Command = CommandsOf(offload).Set, Data = isOn ? 1u : 0u };
        Control(interfaceName, &value, $"turn {offload} of {interfaceName} {(isOn ? "on" : "off")}");
    }

    /// <summary>Whether one offload is on.</summary>
    /// <exception cref="LinuxException">No such interface (ENODEV), or the device does not know that offload.</exception>
    public static bool IsOn(string interfaceName, Offload offload)
    {
        var value = new EthtoolValue { Command = CommandsOf(offload).Get };
        Control(interfaceName, &value, $"read {offload} of {interfaceName}");
        return value.Data != 0;
    }

    /// <summary>Switches every offload off, in an order in which none is refused for depending on another.</summary>
    public static void AllOff(string interfaceName)
    {
        Set(interfaceName, Offload.GenericReceive, false);
        Set(interfaceName, Offload.GenericSegmentation, false);
        Set(interfaceName, Offload.TcpSegmentation, false);
        Set(interfaceName, Offload.TransmitChecksum, false);
    }

    // linux/ethtool.h: ETHTOOL_GTXCSUM and its like.
    private static (uint Get, uint Set) CommandsOf(Offload offload) =>
        offload switch
        {
            Offload.TransmitChecksum => (0x16, 0x17),
            Offload.ReceiveChecksum => (0x14, 0x15),
            Offload.TcpSegmentation => (0x1e, 0x1f),
            Offload.GenericSegmentation => (0x23, 0x24),
            Offload.GenericReceive => (0x2b, 0x2c),
        };

    private static void Control(string interfaceName, EthtoolValue* value, string operation)
    {
        var request = new InterfaceRequest { Data = value };
        if (Encoding.UTF8.GetByteCount(interfaceName) > MaxNameBytes)
        {
            throw new LinuxException(operation, Errno.NoDevice, "interface names have at most 15 bytes");
        }
        Encoding.UTF8.GetBytes(interfaceName, new Span<byte>(request.Name, MaxNameBytes));
        using var socket = Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        if (socket.IsInvalid)
        {
            throw LinuxException.Last(operation);
        }
        Libc.Check(Libc.ioctl(socket, Libc.SIOCETHTOOL, &request), operation);
    }

    // struct ethtool_value.
    private struct EthtoolValue
    {
        public uint Command;
        public uint Data;
    }

    // struct ifreq: 40 bytes, the last 16 unused here.
    private struct InterfaceRequest
    {
        public fixed byte Name[MaxNameBytes + 1];
        public EthtoolValue* Data;
        private readonly ulong _rest0;
        private readonly ulong _rest1;
    }
}
