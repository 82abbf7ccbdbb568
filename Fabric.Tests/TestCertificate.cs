using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fabric.Tests;

/// <summary>A certificate that nobody should trust, for servers of tests.</summary>
internal static class TestCertificate
{
    /// <summary>Makes one, of nobody and long over.</summary>
    public static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
    }
}
