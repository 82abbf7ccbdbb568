using System.Globalization;
using System.Numerics;
using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Devices;

/// <summary>One direction of a connection as one device sees it enter.</summary>
/// <param name="Device">The bridge or router.</param>
/// <param name="Protocol">IP protocol.</param>
/// <param name="Source">Sender.</param>
/// <param name="Destination">Receiver.</param>
/// <param name="SourcePort">Sender's port, or the identifier of an ICMP echo.</param>
/// <param name="DestinationPort">Receiver's port, or the identifier of an ICMP echo.</param>
/// <param name="IsTranslated">As the device translates it, which is looked up apart from what rules ask.</param>
public readonly record struct ConnectionKey(
    DeviceRef Device,
    byte Protocol,
    IpAddress Source,
    IpAddress Destination,
    ushort SourcePort,
    ushort DestinationPort,
    bool IsTranslated = false
)
{
    /// <summary>The direction from the receiver to the sender, as another device sees it enter.</summary>
    public ConnectionKey ReverseAt(DeviceRef device) =>
        new(device, Protocol, Destination, Source, DestinationPort, SourcePort, IsTranslated);

    /// <summary>The tag of a lookup of this key. Keys share one by chance only, which costs a needless invalidation and nothing else.</summary>
    public FlowTag Tag
    {
        get
        {
            var high = Hash(0x9e37_79b9_7f4a_7c15);
            var low = Hash(0xc2b2_ae3d_27d4_eb4f);
            return new FlowTag(FlowTagKind.Connection, Device.Id, high, low, 0, Source.Family);
        }
    }

    /// <summary>In place of the other port, in keys of echoes that are told apart by their identifiers.</summary>
    public const ushort ByIdentifier = 0xffff;

    /// <summary>PROTOCOL SOURCE:PORT -> DESTINATION:PORT; of an echo its identifier if that is known, of other protocols the addresses alone.</summary>
    public override string ToString() =>
        Protocol switch
        {
            IpProtocol.Tcp => $"tcp {WithPorts}",
            IpProtocol.Udp => $"udp {WithPorts}",
            IpProtocol.Sctp => $"sctp {WithPorts}",
            IpProtocol.Icmp => $"icmp {Source} -> {Destination}{Identifier}",
            IpProtocol.Icmpv6 => $"icmp6 {Source} -> {Destination}{Identifier}",
            _ => string.Create(CultureInfo.InvariantCulture, $"protocol {Protocol}, {Source} -> {Destination}"),
        };

    private string WithPorts => $"{Ends(Source, SourcePort)} -> {Ends(Destination, DestinationPort)}";

    private string Identifier =>
        (SourcePort, DestinationPort) switch
        {
            (ByIdentifier, var identifier) => string.Create(CultureInfo.InvariantCulture, $", identifier {identifier}"),
            (var identifier, ByIdentifier) => string.Create(CultureInfo.InvariantCulture, $", identifier {identifier}"),
            _ => "",
        };

    private static string Ends(IpAddress address, ushort port) =>
        address.Family == IpFamily.V4
            ? string.Create(CultureInfo.InvariantCulture, $"{address}:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}");

    /// <summary>64 bits of every member; the same in every process, as all that the core says.</summary>
    private ulong Hash(ulong seed)
    {
        var hash = Mix(
            seed,
            (IsTranslated ? 1UL << 48 : 0) | (ulong)Device.Kind << 40 | (ulong)Protocol << 32 | (ulong)SourcePort << 16 | DestinationPort
        );
        hash = Mix(hash, Device.Id);
        hash = Mix(hash, (ulong)Source.Family);
        hash = Mix(Mix(hash, (ulong)(Source.Bits >> 64)), (ulong)Source.Bits);
        return Mix(Mix(hash, (ulong)(Destination.Bits >> 64)), (ulong)Destination.Bits);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var mixed = (BitOperations.RotateLeft(hash, 23) ^ word) * 0xff51_afd7_ed55_8ccd;
        return mixed ^ mixed >> 32;
    }
}
