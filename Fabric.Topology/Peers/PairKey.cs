using System.Buffers.Binary;
using System.Security.Cryptography;
using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>What two hosts derive from the secret that they have in common: a key for each purpose, direction and session.</summary>
/// <remarks>
/// HKDF with SHA-256 (RFC 5869, section 2). Every key is bound to both hosts, sender first, so that nothing that one has sent can be given back
/// to it, or to a third.
/// <code>
/// info   label (8) | sender (8) | receiver (8) | sender's session id (8) | receiver's session id (8)
/// </code>
/// Immutable; any thread.
/// </remarks>
internal sealed class PairKey
{
    /// <summary>The bytes of a key.</summary>
    internal const int Length = 32;

    private readonly byte[] _root;
    private readonly HostId _self;
    private readonly HostId _other;
    private readonly byte[] _sentHello;
    private readonly byte[] _receivedHello;

    private PairKey(byte[] root, HostId self, HostId other)
    {
        (_root, _self, _other) = (root, self, other);
        _sentHello = Derive("hello\0\0\0"u8, self, other, 0, 0);
        _receivedHello = Derive("hello\0\0\0"u8, other, self, 0, 0);
    }

    /// <summary>The key of this host and another, from the secret that they agree on.</summary>
    internal static PairKey Of(ReadOnlySpan<byte> secret, HostId self, HostId other)
    {
        var root = new byte[Length];
        HKDF.Extract(HashAlgorithmName.SHA256, secret, "fabric peers 1"u8, root);
        return new PairKey(root, self, other);
    }

    /// <summary>The code that proves a hello of this host to the other.</summary>
    internal void Sign(ReadOnlySpan<byte> hello, Span<byte> code) => Sign(_sentHello, hello, code);

    /// <summary>The hello is the other host's, as it wrote it.</summary>
    internal bool IsSigned(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> code)
    {
        Span<byte> expected = stackalloc byte[PeerDatagram.CodeLength];
        Sign(_receivedHello, hello, expected);
        return CryptographicOperations.FixedTimeEquals(expected, code);
    }

    /// <summary>The key of what this host sends in a session.</summary>
    internal byte[] Sealing(ulong mine, ulong theirs) => Derive("session\0"u8, _self, _other, mine, theirs);

    /// <summary>The key of what this host receives in a session.</summary>
    internal byte[] Opening(ulong mine, ulong theirs) => Derive("session\0"u8, _other, _self, theirs, mine);

    private static void Sign(byte[] key, ReadOnlySpan<byte> hello, Span<byte> code)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, hello, whole);
        whole[..PeerDatagram.CodeLength].CopyTo(code);
    }

    private byte[] Derive(ReadOnlySpan<byte> label, HostId sender, HostId receiver, ulong sending, ulong receiving)
    {
        Span<byte> info = stackalloc byte[40];
        label.CopyTo(info);
        BinaryPrimitives.WriteUInt64BigEndian(info[8..], sender.Value);
        BinaryPrimitives.WriteUInt64BigEndian(info[16..], receiver.Value);
        BinaryPrimitives.WriteUInt64BigEndian(info[24..], sending);
        BinaryPrimitives.WriteUInt64BigEndian(info[32..], receiving);
        var key = new byte[Length];
        HKDF.Expand(HashAlgorithmName.SHA256, _root, key, info);
        return key;
    }
}
