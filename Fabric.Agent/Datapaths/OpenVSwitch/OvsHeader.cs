using System.Runtime.InteropServices;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>What follows the netlink header in every message of the module's families: the generic header and struct ovs_header.</summary>
/// <remarks>
/// <code>
/// u8 command | u8 version | u16 - | s32 interface index of the datapath's local port
/// </code>
/// </remarks>
/// <param name="command">Of the family.</param>
/// <param name="version">Of the family.</param>
/// <param name="datapathIndex">0 where a datapath is given by name.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OvsHeader(byte command, byte version, int datapathIndex)
{
    /// <summary>Both headers together.</summary>
    public const int Bytes = 8;

    private readonly GenericFormat.Header _generic = new(command, version);

    /// <summary>Which datapath: the interface index of its local port (dp_ifindex).</summary>
    public readonly int DatapathIndex = datapathIndex;

    /// <summary>The family's command.</summary>
    public byte Command => _generic.Command;

    /// <summary>Reads the headers of a message and gives its attributes.</summary>
    /// <returns>False if the message is too short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OvsHeader header, out NetlinkReader attributes)
    {
        if (!MemoryMarshal.TryRead(payload, out header))
        {
            attributes = default;
            return false;
        }
        attributes = new NetlinkReader(payload[Bytes..]);
        return true;
    }
}
