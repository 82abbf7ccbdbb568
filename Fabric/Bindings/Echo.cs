using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Bindings;

/// <summary>A packet that a host sends to itself by way of another, whose datapath sends it back (RFC 9747, section 2).</summary>
/// <remarks>
/// A frame with a BFD control packet, and behind it what only its sender reads:
/// <code>
///   24  4  sequence, from 1; short and full ones are counted apart
///   28  4  1: as long as the tunnel takes, else 0
///   32  8  when it was sent, by the sender's clock, in microseconds
///   40     zeros
/// </code>
/// </remarks>
/// <param name="Discriminator">The sender's name for the way; drawn at each start, so that answers to an agent before it are told apart. Not 0.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="State">What the sender thought of the way.</param>
/// <param name="IsFull">It is as long as the tunnel takes.</param>
/// <param name="SentAt">When it was sent.</param>
public readonly record struct Echo(uint Discriminator, uint Sequence, BfdState State, bool IsFull, TimeSpan SentAt)
{
    /// <summary>The longest frame that is made, however much a tunnel takes.</summary>
    public const int MaxFrameBytes = 9216;

    private const int SequenceAt = BfdHeader.Length;
    private const int FullAt = 28;
    private const int SentAtAt = 32;
    private const int DataBytes = 40;

    /// <summary>Sent by this and to this station: nobody's.</summary>
    private static readonly MacAddress Station = new(0x02_00_00_00_00_bf);

    /// <summary>RFC 5881, section 5: what came over a router has less.</summary>
    private const byte Ttl = 255;

    /// <summary>Makes the frame.</summary>
    /// <param name="frame">Filled from the start.</param>
    /// <param name="self">The sender's underlay address, which the packet is from and to.</param>
    /// <param name="frameBytes">How long a full one is; less than a short one needs counts as that.</param>
    /// <param name="timing">Told to whoever captures it.</param>
    /// <returns>The bytes filled.</returns>
    public int Write(Span<byte> frame, IpAddress self, int frameBytes, ProbeTiming timing)
    {
        var headers = EthernetHeader.Length + (self.Family == IpFamily.V4 ? Ipv4.MinHeaderLength : Ipv6Header.Length) + UdpHeader.Length;
        var length = IsFull ? Math.Clamp(frameBytes - headers, DataBytes, MaxFrameBytes - headers) : DataBytes;
        Span<byte> data = stackalloc byte[length];
        data.Clear();
        var header = new BfdHeader(State, BfdDiagnostic.None, timing.Multiplier, Discriminator, Discriminator)
        {
            DesiredTransmitInterval = (uint)timing.Interval.TotalMicroseconds,
            RequiredReceiveInterval = (uint)timing.Interval.TotalMicroseconds,
        };
        header.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(data[SequenceAt..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(data[FullAt..], IsFull ? 1u : 0u);
        BinaryPrimitives.WriteUInt64BigEndian(data[SentAtAt..], (ulong)SentAt.TotalMicroseconds);
        var addresses = new PacketAddresses(Station, Station, self, self);
        return PacketBuilder.Udp(frame, addresses, Bfd.EchoPort, Bfd.EchoPort, data, Ttl);
    }

    /// <summary>Reads a frame that came back.</summary>
    /// <returns>False if it is none of those that <see cref="Write"/> makes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out Echo echo)
    {
        echo = default;
        if (
            !PacketLayout.TryParse(frame, out var layout)
            || layout.Protocol != IpProtocol.Udp
            || !TransportChecksum.Holds(frame, layout)
            || !UdpView.TryParse(frame[layout.TransportOffset..], out var udp)
            || udp.DestinationPort != Bfd.EchoPort
            || udp.Payload.Length < DataBytes
            || !BfdView.TryParse(udp.Payload, out var view)
            || !BfdHeader.TryParse(view, out var header, out _)
        )
            return false;
        echo = new Echo(
            header.MyDiscriminator,
            BinaryPrimitives.ReadUInt32BigEndian(udp.Payload[SequenceAt..]),
            header.State,
            BinaryPrimitives.ReadUInt32BigEndian(udp.Payload[FullAt..]) == 1,
            TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt64BigEndian(udp.Payload[SentAtAt..]))
        );
        return true;
    }
}
