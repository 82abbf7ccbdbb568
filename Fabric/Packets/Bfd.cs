using System.Diagnostics;

namespace Fabric.Packets;

// RFC 5880, section 4.1, Generic BFD Control Packet Format:
//
//    0   1  version 3 bits: 1; diagnostic 5 bits
//    1   1  state 2 bits; flags: poll, final, control plane independent, authentication, demand, multipoint
//    2   1  detection time multiplier, 1 or more
//    3   1  length in bytes, of the authentication too
//    4   4  my discriminator: the sender's name for the session, never 0
//    8   4  your discriminator: the receiver's; 0 if it is not known
//   12   4  desired minimum interval of sending, in microseconds
//   16   4  required minimum interval of receiving
//   20   4  required minimum interval of receiving echoes; 0 if none are wanted

/// <summary>Constants of BFD control packets.</summary>
public static class Bfd
{
    /// <summary>Bytes of a packet without authentication.</summary>
    public const int HeaderLength = 24;

    /// <summary>The UDP port of echoes (RFC 5881, section 4).</summary>
    public const ushort EchoPort = 3785;

    internal const byte Version = 1;
    internal const int StateAt = 1;
    internal const int MultiplierAt = 2;
    internal const int LengthAt = 3;
    internal const int MyDiscriminatorAt = 4;
    internal const int YourDiscriminatorAt = 8;
    internal const int DesiredTransmitAt = 12;
    internal const int RequiredReceiveAt = 16;
    internal const int RequiredEchoAt = 20;
}

/// <summary>The state of a session, as its packets tell it (RFC 5880, section 4.1, State).</summary>
public enum BfdState : byte
{
    AdminDown,
    Down,
    Init,
    Up,
}

/// <summary>Why a session went down last (RFC 5880, section 4.1, Diagnostic); other numbers are other reasons.</summary>
public enum BfdDiagnostic : byte
{
    None = 0,
    DetectionTimeExpired = 1,
    EchoFailed = 2,
    NeighborSaysDown = 3,
    AdminDown = 7,
}

/// <summary>A view of a BFD control packet.</summary>
public readonly ref struct BfdView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private BfdView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[0] >> 5);

    public BfdDiagnostic Diagnostic => (BfdDiagnostic)(_bytes[0] & 0x1f);

    public BfdState State => (BfdState)(_bytes[Bfd.StateAt] >> 6);

    /// <summary>Poll 0x20, final 0x10, control plane independent 0x08, authentication 0x04, demand 0x02, multipoint 0x01.</summary>
    public byte Flags => (byte)(_bytes[Bfd.StateAt] & 0x3f);

    public byte Multiplier => _bytes[Bfd.MultiplierAt];

    /// <summary>What the header says, in bytes.</summary>
    public byte Length => _bytes[Bfd.LengthAt];

    public uint MyDiscriminator => NetworkOrder.U32(_bytes, Bfd.MyDiscriminatorAt);

    public uint YourDiscriminator => NetworkOrder.U32(_bytes, Bfd.YourDiscriminatorAt);

    /// <summary>Microseconds.</summary>
    public uint DesiredTransmitInterval => NetworkOrder.U32(_bytes, Bfd.DesiredTransmitAt);

    /// <summary>Microseconds.</summary>
    public uint RequiredReceiveInterval => NetworkOrder.U32(_bytes, Bfd.RequiredReceiveAt);

    /// <summary>Microseconds.</summary>
    public uint RequiredEchoInterval => NetworkOrder.U32(_bytes, Bfd.RequiredEchoAt);

    /// <summary>All bytes at hand, of which those behind the packet are whoever's put them there.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <param name="packet">The data of a UDP datagram.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a packet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out BfdView view)
    {
        var fits = packet.Length >= Bfd.HeaderLength;
        view = fits ? new(packet) : default;
        return fits;
    }
}

/// <summary>A BFD control packet without authentication.</summary>
/// <param name="State">The sender's.</param>
/// <param name="Diagnostic">Why it went down last.</param>
/// <param name="Multiplier">Packets that may be missing; 1 or more.</param>
/// <param name="MyDiscriminator">The sender's name for the session; not 0.</param>
/// <param name="YourDiscriminator">The receiver's; 0 only while the session is down.</param>
public readonly record struct BfdHeader(
    BfdState State,
    BfdDiagnostic Diagnostic,
    byte Multiplier,
    uint MyDiscriminator,
    uint YourDiscriminator
)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int Length = Bfd.HeaderLength;

    private const byte AuthenticationFlag = 0x04;
    private const byte MultipointFlag = 0x01;

    /// <summary>Microseconds.</summary>
    public uint DesiredTransmitInterval { get; init; }

    /// <summary>Microseconds.</summary>
    public uint RequiredReceiveInterval { get; init; }

    /// <summary>Microseconds.</summary>
    public uint RequiredEchoInterval { get; init; }

    /// <summary>Reads a packet, by the rules of RFC 5880, section 6.8.6, that need no session.</summary>
    /// <returns>False with <see cref="HeaderFault.Kind"/> also for one with authentication, which nobody here uses.</returns>
    public static bool TryParse(BfdView view, out BfdHeader header, out HeaderFault fault)
    {
        header = new(view.State, view.Diagnostic, view.Multiplier, view.MyDiscriminator, view.YourDiscriminator)
        {
            DesiredTransmitInterval = view.DesiredTransmitInterval,
            RequiredReceiveInterval = view.RequiredReceiveInterval,
            RequiredEchoInterval = view.RequiredEchoInterval,
        };
        var isNamed = view.YourDiscriminator != 0 || view.State is BfdState.Down or BfdState.AdminDown;
        if (view.Version != Bfd.Version)
            fault = HeaderFault.Version;
        else if ((view.Flags & AuthenticationFlag) != 0)
            fault = HeaderFault.Kind;
        else if (view.Length < Length || view.Length > view.Bytes.Length)
            fault = HeaderFault.Length;
        else if ((view.Flags & MultipointFlag) != 0)
            fault = HeaderFault.Reserved;
        else if (view.Multiplier == 0 || view.MyDiscriminator == 0 || !isNamed)
            fault = HeaderFault.Value;
        else
            fault = HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the packet; no flag is set.</summary>
    public void Write(Span<byte> packet)
    {
        Debug.Assert(Multiplier > 0 && MyDiscriminator != 0, "values that no receiver takes");
        packet[0] = (byte)(Bfd.Version << 5 | (byte)Diagnostic & 0x1f);
        packet[Bfd.StateAt] = (byte)((byte)State << 6);
        packet[Bfd.MultiplierAt] = Multiplier;
        packet[Bfd.LengthAt] = Length;
        NetworkOrder.Put(packet, Bfd.MyDiscriminatorAt, MyDiscriminator);
        NetworkOrder.Put(packet, Bfd.YourDiscriminatorAt, YourDiscriminator);
        NetworkOrder.Put(packet, Bfd.DesiredTransmitAt, DesiredTransmitInterval);
        NetworkOrder.Put(packet, Bfd.RequiredReceiveAt, RequiredReceiveInterval);
        NetworkOrder.Put(packet, Bfd.RequiredEchoAt, RequiredEchoInterval);
    }
}
