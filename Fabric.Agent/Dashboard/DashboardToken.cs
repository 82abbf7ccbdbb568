using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fabric.Agent.Dashboard;

/// <summary>What a browser must know to be answered: a number that nobody guesses, made anew by each `fabric dashboard`.</summary>
/// <param name="Text">43 letters, digits, '-' and '_'.</param>
/// <param name="AllowsChanges">Who has it may change the network; else only look.</param>
/// <param name="OpensMetrics">Counters are told to whom that does not have it as well.</param>
internal sealed record DashboardToken(string Text, bool AllowsChanges, bool OpensMetrics)
{
    private const int Bytes = 32;
    private const string Scheme = "Bearer ";

    /// <summary>Makes one.</summary>
    public static DashboardToken Make(bool allowsChanges, bool opensMetrics) =>
        new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)), allowsChanges, opensMetrics);

    /// <summary>The value of an Authorization field proves that the sender knows it (RFC 6750, section 2.1).</summary>
    /// <remarks>Takes the same time wherever the two differ.</remarks>
    public bool IsIn(string? authorization) =>
        authorization is not null
        && authorization.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[Scheme.Length..]), Encoding.UTF8.GetBytes(Text));
}
