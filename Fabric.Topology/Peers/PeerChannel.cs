using System.Buffers.Binary;
using System.Security.Cryptography;
using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>An established session: two keys, the counter of what is sent, and the counters that were received.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PeerChannel : IDisposable
{
    /// <summary>After so many messages there must be another session: far below what a key of AES-GCM bears.</summary>
    internal const ulong MaxCounter = 1ul << 40;

    private readonly AesGcm _sealing;
    private readonly AesGcm _opening;
    private readonly ReplayWindow _window = new();
    private ulong _sent;

    /// <summary>The session of two ids that were proven to be fresh.</summary>
    internal PeerChannel(PairKey key, ulong mine, ulong theirs)
    {
        (Mine, Theirs) = (mine, theirs);
        _sealing = new AesGcm(key.Sealing(mine, theirs), PeerDatagram.CodeLength);
        _opening = new AesGcm(key.Opening(mine, theirs), PeerDatagram.CodeLength);
    }

    /// <summary>This host's id of the session.</summary>
    internal ulong Mine { get; }

    /// <summary>The other host's id of it.</summary>
    internal ulong Theirs { get; }

    /// <summary>The last of its counters has been used.</summary>
    internal bool IsSpent => _sent >= MaxCounter;

    /// <summary>Seals a message.</summary>
    /// <param name="self">This host.</param>
    /// <param name="message">Topic and payload.</param>
    /// <param name="datagram">Room for <see cref="PeerDatagram.MaxLength"/> bytes.</param>
    /// <returns>The length of the datagram.</returns>
    internal int Seal(HostId self, ReadOnlySpan<byte> message, Span<byte> datagram)
    {
        Span<byte> nonce = stackalloc byte[AesGcm.NonceByteSizes.MinSize];
        WriteNonce(nonce, ++_sent);
        PeerDatagram.WriteHeader(datagram, PeerDatagramKind.Message, self, Theirs, _sent);
        var header = datagram[..PeerDatagram.HeaderLength];
        var rest = datagram[PeerDatagram.HeaderLength..];
        _sealing.Encrypt(nonce, message, rest[..message.Length], rest.Slice(message.Length, PeerDatagram.CodeLength), header);
        return PeerDatagram.HelloLength + message.Length;
    }

    /// <summary>Opens a message that was not seen before.</summary>
    /// <param name="counter">The counter of its header.</param>
    /// <param name="datagram">All of it.</param>
    /// <param name="message">Room for <see cref="PeerDatagram.MaxLength"/> bytes; topic and payload are written there.</param>
    internal PeerArrival Open(ulong counter, ReadOnlySpan<byte> datagram, Span<byte> message)
    {
        if (_window.Judge(counter) is not PeerDrop.None and var drop)
            return new PeerArrival(drop);
        Span<byte> nonce = stackalloc byte[AesGcm.NonceByteSizes.MinSize];
        WriteNonce(nonce, counter);
        var content = datagram[PeerDatagram.HeaderLength..^PeerDatagram.CodeLength];
        try
        {
            _opening.Decrypt(
                nonce,
                content,
                datagram[^PeerDatagram.CodeLength..],
                message[..content.Length],
                datagram[..PeerDatagram.HeaderLength]
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return new PeerArrival(PeerDrop.WrongKey);
        }
        _window.Take(counter);
        return new PeerArrival(PeerDrop.None, IsMessage: true, content.Length);
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        _sealing.Dispose();
        _opening.Dispose();
    }

    // A counter is used once, and a key in one direction of one session: no nonce comes twice under a key.
    private static void WriteNonce(Span<byte> nonce, ulong counter)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], counter);
    }
}
