using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fabric.Balancing.Checks;
using Fabric.Devices;

namespace Fabric.Agent.Checks;

/// <summary>A talk with a member over TLS, by the framework's own client over bytes in memory.</summary>
/// <remarks>
/// One caller at a time, and nothing here ever waits: what the client could do with the bytes that have come is done when <see cref="Hear"/> returns.
/// Whatever a member says, and however its certificate is broken, is a failure of the check. A check asks whether the member serves, and members show certificates for names and of authorities of their own, so it takes any.
/// </remarks>
internal sealed class TlsSession : ICheckTalk
{
    private const int MaxRecord = 16_384;

    private readonly ICheckTalk _first;
    private readonly WireStream _wire = new();
    private readonly SslStream _tls;
    private readonly SslClientAuthenticationOptions _options;
    private readonly byte[] _plain = new byte[MaxRecord];
    private ICheckTalk _talk;
    private Task? _handshake;
    private Task<int>? _reading;

    /// <summary>A talk that begins.</summary>
    /// <param name="talk">What is said over TLS.</param>
    /// <param name="server">The name that the member is asked for (RFC 6066, section 3); null for none.</param>
    public TlsSession(ICheckTalk talk, string? server)
    {
        (_first, _talk) = (talk, talk);
        _tls = new SslStream(_wire);
        _options = new SslClientAuthenticationOptions
        {
            TargetHost = NameOf(server),
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            // Nothing is fetched to look at a certificate that is taken anyway.
            CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
        };
    }

    /// <inheritdoc/>
    public TalkTurn Begin()
    {
        _handshake = _tls.AuthenticateAsClientAsync(_options);
        return Turn();
    }

    /// <inheritdoc/>
    public TalkTurn Hear(ReadOnlySpan<byte> said, bool isLast)
    {
        _wire.Feed(said, isLast);
        return Turn();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wire.Feed([], isLast: true);
        _tls.Dispose();
        _first.Dispose();
    }

    private TalkTurn Turn()
    {
        try
        {
            if (!_handshake!.IsCompleted)
                return new TalkTurn(this, _wire.Take());
            _handshake.GetAwaiter().GetResult();
        }
        catch (Exception refusal) when (refusal is not OutOfMemoryException)
        {
            return new TalkTurn(this, default, CheckResult.NoTls);
        }
        try
        {
            return Converse();
        }
        catch (Exception end) when (end is not OutOfMemoryException)
        {
            return new TalkTurn(this, default, CheckResult.BadAnswer);
        }
    }

    private TalkTurn Converse()
    {
        if (_reading is null)
        {
            Say(_first.Begin());
            _reading = ReadAsync();
        }
        while (_reading.IsCompleted)
        {
            var count = _reading.GetAwaiter().GetResult();
            var turn = _talk.Hear(_plain.AsSpan(0, count), isLast: count == 0);
            if (turn.Result is not null)
                return turn with { Next = this };
            if (count == 0)
                return new TalkTurn(this, default, CheckResult.BadAnswer);
            Say(turn);
            _reading = ReadAsync();
        }
        return new TalkTurn(this, _wire.Take());
    }

    private Task<int> ReadAsync() => _tls.ReadAsync(_plain).AsTask();

    private void Say(TalkTurn turn)
    {
        _talk = turn.Next;
        if (!turn.Say.IsEmpty)
            _tls.Write(turn.Say.Span);
    }

    /// <summary>A name that TLS can carry; an address is none.</summary>
    private static string NameOf(string? server)
    {
        var name = server?.Split(':')[0] ?? "";
        return Uri.CheckHostName(name) == UriHostNameType.Dns ? name : "";
    }
}
