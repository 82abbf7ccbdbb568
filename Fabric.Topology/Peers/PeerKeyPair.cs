using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>An agent's own key for messages to other agents: ECDH over P-256.</summary>
/// <remarks>One thread at a time. The private half never leaves the process, but for the file that the agent keeps it in.</remarks>
public sealed class PeerKeyPair : IDisposable
{
    private const int CoordinateLength = 32;

    private readonly ECDiffieHellman _key;

    private PeerKeyPair(ECDiffieHellman key)
    {
        _key = key;
        Public = PublicOf(key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>What other agents know it by.</summary>
    public PeerKey Public { get; }

    /// <summary>Makes a new one.</summary>
    public static PeerKeyPair Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads one that <see cref="Export"/> wrote; false for anything else.</summary>
    public static bool TryImport(string pem, [NotNullWhen(true)] out PeerKeyPair? pair)
    {
        pair = null;
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null, Q.X.Length: CoordinateLength })
                pair = new PeerKeyPair(key);
        }
        catch (Exception damage) when (damage is CryptographicException or ArgumentException)
        {
            // Not a key: told by the answer.
        }
        if (pair is null)
            key.Dispose();
        return pair is not null;
    }

    /// <summary>Both halves as text (PKCS #8 in PEM): a secret.</summary>
    public string Export() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The secret that this agent and the holder of a public key have in common; null if that is no point of the curve.</summary>
    internal byte[]? AgreeWith(PeerKey other)
    {
        Span<byte> bytes = stackalloc byte[PeerKey.Length];
        other.Write(bytes);
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = bytes[..CoordinateLength].ToArray(), Y = bytes[CoordinateLength..].ToArray() },
        };
        try
        {
            using var theirs = ECDiffieHellman.Create(parameters);
            using var key = theirs.PublicKey;
            return _key.DeriveRawSecretAgreement(key);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _key.Dispose();

    private static PeerKey PublicOf(ECPoint point)
    {
        Span<byte> bytes = stackalloc byte[PeerKey.Length];
        point.X.CopyTo(bytes);
        point.Y.CopyTo(bytes[CoordinateLength..]);
        return PeerKey.Read(bytes);
    }
}
