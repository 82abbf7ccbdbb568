using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Protocol;

internal static partial class ValueCodec
{
    private const byte V4 = 4;
    private const byte V6 = 6;

    public static FieldCodec<MacAddress> Mac { get; } = Number(48, mac => mac.Bits, bits => new MacAddress((ulong)bits));

    /// <summary>The version, 4 or 6, and the address as a number.</summary>
    public static FieldCodec<IpAddress> Ip { get; } = Of<IpAddress>(WriteIp, TryReadIp);

    /// <summary>The length, then the address.</summary>
    public static FieldCodec<IpPrefix> Prefix { get; } =
        Of<IpPrefix>(
            (writer, prefix) =>
            {
                writer.Byte((byte)prefix.Length);
                WriteIp(writer, prefix.Address);
            },
            TryReadPrefix
        );

    /// <summary>The length of the subnet, then the address.</summary>
    public static FieldCodec<InterfaceAddress> Interface { get; } =
        Of<InterfaceAddress>(
            (writer, own) =>
            {
                writer.Byte((byte)own.PrefixLength);
                WriteIp(writer, own.Address);
            },
            TryReadInterface
        );

    public static FieldCodec<RequestId> Request { get; } = Number(128, request => request.Value, bits => new RequestId(bits));

    /// <summary>An instant, as ticks of 100 ns since the year 1 in UTC.</summary>
    public static FieldCodec<DateTimeOffset> Time { get; } =
        Of<DateTimeOffset>((writer, time) => writer.Number((UInt128)time.UtcTicks), TryReadTime);

    public static FieldCodec<PortId> Port { get; } = Number(64, id => id.Value, bits => new PortId((ulong)bits));

    public static FieldCodec<BridgeId> Bridge { get; } = Number(64, id => id.Value, bits => new BridgeId((ulong)bits));

    public static FieldCodec<RouterId> Router { get; } = Number(64, id => id.Value, bits => new RouterId((ulong)bits));

    public static FieldCodec<ChainId> Chain { get; } = Number(64, id => id.Value, bits => new ChainId((ulong)bits));

    public static FieldCodec<AddressSetId> Set { get; } = Number(64, id => id.Value, bits => new AddressSetId((ulong)bits));

    public static FieldCodec<PortGroupId> Group { get; } = Number(64, id => id.Value, bits => new PortGroupId((ulong)bits));

    public static FieldCodec<HostId> Host { get; } = Number(64, id => id.Value, bits => new HostId((ulong)bits));

    /// <summary>The kind, then the id.</summary>
    public static FieldCodec<DeviceRef> Ref { get; } =
        Of<DeviceRef>(
            (writer, reference) =>
            {
                writer.Byte((byte)reference.Kind);
                writer.Number(reference.Id);
            },
            TryReadRef
        );

    /// <summary>Ids of eight bytes each.</summary>
    public static FieldCodec<PortList> Ports { get; } = Of<PortList>(WritePorts, TryReadPorts);

    private static void WriteIp(FieldWriter writer, IpAddress address)
    {
        writer.Byte(address.Family == IpFamily.V4 ? V4 : V6);
        writer.Number(address.Bits);
    }

    private static bool TryReadIp(ReadOnlySpan<byte> content, out IpAddress address)
    {
        address = default;
        if (content.IsEmpty || content[0] is not (V4 or V6))
            return false;
        var family = content[0] == V4 ? IpFamily.V4 : IpFamily.V6;
        if (!TryNumber(content[1..], IpAddress.WidthOf(family), out var bits))
            return false;
        address = IpAddress.Of(family, bits);
        return true;
    }

    private static bool TryReadInterface(ReadOnlySpan<byte> content, out InterfaceAddress own)
    {
        own = default;
        if (content.IsEmpty || !TryReadIp(content[1..], out var address))
            return false;
        own = new InterfaceAddress(address, content[0]);
        return own.PrefixLength <= address.Width;
    }

    private static bool TryReadPrefix(ReadOnlySpan<byte> content, out IpPrefix prefix)
    {
        prefix = default;
        if (!TryReadInterface(content, out var own))
            return false;
        prefix = own.Subnet;
        return prefix.Address == own.Address;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> content, out DateTimeOffset time)
    {
        time = default;
        if (!TryNumber(content, 63, out var ticks) || ticks > (UInt128)DateTimeOffset.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset((long)ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryReadRef(ReadOnlySpan<byte> content, out DeviceRef reference)
    {
        reference = default;
        if (content.IsEmpty || !System.Enum.IsDefined((DeviceKind)content[0]) || !TryNumber(content[1..], 64, out var id))
            return false;
        reference = new DeviceRef((DeviceKind)content[0], (ulong)id);
        return true;
    }

    private static void WritePorts(FieldWriter writer, PortList ports)
    {
        foreach (var port in ports)
            writer.Fixed64(port.Value);
    }

    private static bool TryReadPorts(ReadOnlySpan<byte> content, out PortList ports)
    {
        ports = default;
        if (content.Length % sizeof(ulong) != 0)
            return false;
        var ids = new PortId[content.Length / sizeof(ulong)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = new PortId(BinaryPrimitives.ReadUInt64BigEndian(content[(i * sizeof(ulong))..]));
            if (i > 0 && ids[i - 1].CompareTo(ids[i]) >= 0)
                return false;
        }
        ports = PortList.Of(ids);
        return true;
    }
}
