using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fabric.Agent.Checks;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>The other end of a check's talk over TLS, by the framework's server over bytes in memory: answers one request, and ends.</summary>
internal sealed class TlsServer : IDisposable
{
    private static readonly X509Certificate2 s_certificate = TestCertificate.Make();

    private readonly string _answer;
    private readonly WireStream _wire = new();
    private readonly SslStream _tls;
    private readonly byte[] _request = new byte[4096];
    private readonly Task _handshake;
    private Task<int>? _reading;

    public TlsServer(string answer)
    {
        _answer = answer;
        _tls = new SslStream(_wire);
        // Offline: else it asks for the certificate's state on another thread, and nothing here waits.
        var shown = SslStreamCertificateContext.Create(s_certificate, null, offline: true);
        _handshake = _tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = shown });
    }

    public string? Name => _tls.TargetHostName;

    public string Request { get; private set; } = "";

    public (ReadOnlyMemory<byte> Answer, bool IsLast) Take(ReadOnlySpan<byte> said)
    {
        _wire.Feed(said, isLast: false);
        if (!_handshake.IsCompleted)
            return (_wire.Take(), false);
        _handshake.GetAwaiter().GetResult();
        _reading ??= _tls.ReadAsync(_request).AsTask();
        if (!_reading.IsCompleted)
            return (_wire.Take(), false);
        Request = Encoding.ASCII.GetString(_request, 0, _reading.GetAwaiter().GetResult());
        _tls.Write(Encoding.ASCII.GetBytes(_answer));
        _tls.ShutdownAsync().IsCompletedSuccessfully.ShouldBeTrue();
        return (_wire.Take(), true);
    }

    public void Dispose() => _tls.Dispose();
}
