using Fabric.Addresses;

namespace Fabric.Flows;

/// <summary>One instruction to a datapath.</summary>
/// <remarks>An immutable value; which members mean something is told by <see cref="Kind"/>. Order matters: an output sends the packet as rewritten so far.</remarks>
public readonly record struct FlowAction
{
    /// <summary>What to do.</summary>
    public FlowActionKind Kind { get; private init; }

    /// <summary><see cref="FlowActionKind.SetField"/>: the field to set.</summary>
    public FlowField Field { get; private init; }

    /// <summary><see cref="FlowActionKind.PushVlan"/>: 0x8100 or 0x88a8.</summary>
    public ushort Tpid { get; private init; }

    /// <summary><see cref="FlowActionKind.PushVlan"/>: priority 3 bits, drop eligible 1, identifier 12.</summary>
    public ushort Tci { get; private init; }

    /// <summary><see cref="FlowActionKind.Output"/>: the datapath port. <see cref="FlowActionKind.Userspace"/>: the netlink port to send to.</summary>
    public uint Port { get; private init; }

    /// <summary><see cref="FlowActionKind.SetField"/>: the new bits, zero outside <see cref="Mask"/>. <see cref="FlowActionKind.SetTunnel"/>: the outer destination.</summary>
    public UInt128 Value { get; private init; }

    /// <summary><see cref="FlowActionKind.SetField"/>: the bits to set. <see cref="FlowActionKind.SetTunnel"/>: the outer source.</summary>
    public UInt128 Mask { get; private init; }

    /// <summary><see cref="FlowActionKind.SetTunnel"/>: the tunnel key. <see cref="FlowActionKind.Userspace"/>: a value that comes back with the upcall.</summary>
    public ulong Id { get; private init; }

    /// <summary><see cref="FlowActionKind.SetTunnel"/>: flags, outer type of service and time to live.</summary>
    public TunnelOptions Tunnel { get; private init; }

    /// <summary><see cref="FlowActionKind.SetTunnel"/>: the longest frame that the next output sends, Ethernet header and tags included; 0 if that is not known.</summary>
    /// <remarks>What is longer is not sent but handed to user space.</remarks>
    public ushort MaxFrameBytes { get; private init; }

    /// <summary>Sends the packet as it is now out of a datapath port.</summary>
    public static FlowAction Output(uint port) => new() { Kind = FlowActionKind.Output, Port = port };

    /// <summary>Puts a VLAN tag in front of those that are there.</summary>
    public static FlowAction PushVlan(ushort tpid, ushort tci) =>
        new()
        {
            Kind = FlowActionKind.PushVlan,
            Tpid = tpid,
            Tci = tci,
        };

    /// <summary>Takes the outer VLAN tag away.</summary>
    public static FlowAction PopVlan() => new() { Kind = FlowActionKind.PopVlan };

    /// <summary>Sets some bits of a field, keeping checksums right.</summary>
    public static FlowAction SetField(FlowField field, UInt128 value, UInt128 mask) =>
        new()
        {
            Kind = FlowActionKind.SetField,
            Field = field,
            Value = value & mask,
            Mask = mask,
        };

    /// <summary>Says how the next output to a tunnel port encapsulates.</summary>
    public static FlowAction SetTunnel(
        ulong id,
        IpAddress source,
        IpAddress destination,
        TunnelOptions options,
        ushort maxFrameBytes = 0
    ) =>
        new()
        {
            Kind = FlowActionKind.SetTunnel,
            Id = id,
            Mask = source.Bits,
            Value = destination.Bits,
            Tunnel = options,
            MaxFrameBytes = maxFrameBytes,
        };

    /// <summary>The same encapsulation with another outer type of service.</summary>
    public FlowAction WithTos(byte tos) => this with { Tunnel = Tunnel with { Tos = tos } };

    /// <summary>The same encapsulation for frames up to a length.</summary>
    public FlowAction Within(ushort maxFrameBytes) => this with { MaxFrameBytes = maxFrameBytes };

    /// <summary>Hands a copy to user space.</summary>
    public static FlowAction Userspace(uint netlinkPort, ulong cookie) =>
        new()
        {
            Kind = FlowActionKind.Userspace,
            Port = netlinkPort,
            Id = cookie,
        };

    /// <summary>The action in the notation of ovs-dpctl.</summary>
    public override string ToString() => FlowText.Format(this);
}
