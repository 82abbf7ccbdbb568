using System.Runtime.InteropServices;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the kernel's description of a port.</summary>
internal static class OvsVportMessage
{
    /// <summary>Reads a message of the vport family.</summary>
    /// <returns>False with a problem if the bytes are malformed.</returns>
    public static bool TryParse(NetlinkMessage message, out OvsVport port, out NetlinkProblem problem)
    {
        port = null!;
        if (!OvsHeader.TryRead(message.Payload, out _, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        var hasNumber = false;
        var read = new OvsVport
        {
            Number = 0,
            Name = "",
            Kind = 0,
        };
        while (attributes.Next())
        {
            hasNumber |= attributes.Type == VportAttribute.PortNo;
            read = Add(read, ref attributes);
        }
        port = read;
        problem = attributes.Problem;
        if (problem == NetlinkProblem.None && (!hasNumber || port.Name.Length == 0 || port.Kind == 0))
        {
            problem = NetlinkProblem.AttributeMissing;
        }
        return problem == NetlinkProblem.None;
    }

    private static OvsVport Add(OvsVport port, ref NetlinkReader attribute)
    {
        switch (attribute.Type)
        {
            case VportAttribute.PortNo:
                return port with { Number = attribute.Read<uint>() };
            case VportAttribute.Type:
                return port with { Kind = (OvsVportKind)attribute.Read<uint>() };
            case VportAttribute.Name:
                return port with { Name = attribute.ReadText() };
            case VportAttribute.Ifindex:
                return port with { Link = new LinkIndex(attribute.Read<int>()) };
            case VportAttribute.UpcallPid:
                var wholeBytes = attribute.Value.Length / sizeof(uint) * sizeof(uint);
                return port with { UpcallPids = MemoryMarshal.Cast<byte, uint>(attribute.Value[..wholeBytes]).ToArray() };
            case VportAttribute.Stats:
                return port with { Counters = ReadCounters(port.Counters, attribute.Read<VportCounters>()) };
            case VportAttribute.UpcallStats:
                var upcalls = attribute.Enter();
                port = port with { Counters = ReadUpcalls(port.Counters, ref upcalls) };
                attribute.Leave(upcalls);
                return port;
            case VportAttribute.Options:
                var options = attribute.Enter();
                while (options.Next())
                {
                    if (options.Type == TunnelAttribute.DstPort)
                    {
                        port = port with { UdpPort = options.Read<ushort>() };
                    }
                }
                attribute.Leave(options);
                return port;
            default:
                return port;
        }
    }

    private static OvsVportCounters ReadCounters(in OvsVportCounters counters, in VportCounters read) =>
        counters with
        {
            IngressPackets = (long)read.ReceivedPackets,
            IngressBytes = (long)read.ReceivedBytes,
            IngressErrors = (long)read.ReceiveErrors,
            IngressDropped = (long)read.ReceiveDropped,
            EgressPackets = (long)read.SentPackets,
            EgressBytes = (long)read.SentBytes,
            EgressErrors = (long)read.SendErrors,
            EgressDropped = (long)read.SendDropped,
        };

    private static OvsVportCounters ReadUpcalls(OvsVportCounters counters, ref NetlinkReader attributes)
    {
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case VportUpcallAttribute.Success:
                    counters = counters with { Upcalls = attributes.Read<long>() };
                    break;
                case VportUpcallAttribute.Fail:
                    counters = counters with { UpcallsLost = attributes.Read<long>() };
                    break;
            }
        }
        return counters;
    }
}
