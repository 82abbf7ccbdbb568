using System.Globalization;
using System.Text;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Reads descriptions from web addresses, for those that name one instead of a file.</summary>
/// <remarks>
/// What an address answers is bounded in size and time, as it is somebody else's. It may lead to another address, but to none that is not of the web, so that
/// nobody outside names files of this machine, and from https to nothing less.
/// </remarks>
internal static class FetchHost
{
    /// <summary>The largest answer, in bytes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Addresses that one leads to at most, one after another.</summary>
    public const int MaxSteps = 5;

    /// <summary>How long the whole may take, with all addresses on the way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>It is an address of the web and no file.</summary>
    public static bool IsAddress(string path) =>
        path.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || path.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what an address answers, as UTF-8.</summary>
    /// <param name="text">The address.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FabricException">It is no address, cannot be reached, refuses, or answers too much or too late.</exception>
    public static async Task<SourceText> ReadAsync(string text, TimeSpan patience, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
            throw Failed(text, "it is no address");
        var name = NameOf(address);
        if (address.UserInfo.Length > 0)
            throw Failed(name, "a name and password in an address are not taken");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxResponseHeadersLength = 64 };
            using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
            return new SourceText(name, await ReadAsync(client, address, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed(
                name,
                string.Create(CultureInfo.InvariantCulture, $"it did not answer all of it within {patience.TotalSeconds} seconds")
            );
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Failed(name, failure.InnerException?.Message ?? failure.Message);
        }
    }

    private static async Task<string> ReadAsync(HttpClient client, Uri address, CancellationToken cancellation)
    {
        var first = address;
        for (var step = 0; step <= MaxSteps; step++)
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next)
                address = Follow(first, address, next);
            else if (answer.IsSuccessStatusCode)
                return await ReadAsync(first, answer, cancellation);
            else
                throw Failed(
                    NameOf(first),
                    string.Create(CultureInfo.InvariantCulture, $"it answers {(int)answer.StatusCode} {answer.ReasonPhrase}").TrimEnd()
                );
        }
        throw Failed(NameOf(first), string.Create(CultureInfo.InvariantCulture, $"it leads on more than {MaxSteps} times"));
    }

    private static Uri Follow(Uri first, Uri from, Uri to)
    {
        if (!Uri.TryCreate(from, to, out var next))
            throw Failed(NameOf(first), "it leads to what is no address");
        if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
            throw Failed(NameOf(first), $"it leads to {next.Scheme}:, which is not of the web");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
            throw Failed(NameOf(first), $"it leads from https to {NameOf(next)}, which anybody on the way could change");
        return next;
    }

    private static async Task<string> ReadAsync(Uri address, HttpResponseMessage answer, CancellationToken cancellation)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancellation);
        using var text = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            if (text.Length + count > MaxBytes)
                throw Failed(NameOf(address), string.Create(CultureInfo.InvariantCulture, $"it answers more than {MaxBytes >> 20} MB"));
            text.Write(buffer, 0, count);
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).TrimStart('\uFEFF');
    }

    /// <summary>The address without what may be secret in it.</summary>
    private static string NameOf(Uri address) => $"{address.Scheme}://{address.Authority}{address.AbsolutePath}";

    private static FabricException Failed(string name, string why) => new(CliErrors.Unfetched, $"cannot read '{name}'", why);
}
