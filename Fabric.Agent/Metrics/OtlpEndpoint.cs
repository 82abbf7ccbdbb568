namespace Fabric.Agent.Metrics;

/// <summary>The collector as the agent meets it: takes requests there, and remembers why the last was not taken.</summary>
/// <remarks>Follows no redirection. One thread at a time; <see cref="Stop"/> on any.</remarks>
internal sealed class OtlpEndpoint : DelegatingHandler
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Sends nothing yet.</summary>
    public OtlpEndpoint()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(15) }) { }

    /// <summary>Why the last request was not taken; null if it was.</summary>
    public string? Failure { get; private set; }

    /// <summary>The path under which collectors take metrics (OTLP 1, OTLP/HTTP Request).</summary>
    private const string Path = "/v1/metrics";

    /// <summary>Where a collector at an address takes metrics: the address itself if it ends as such a place does, else that place under it.</summary>
    /// <returns>Null if the text is no address of http or https.</returns>
    public static Uri? AddressOf(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0)
            return null;
        var path = uri.AbsolutePath.TrimEnd('/');
        return new UriBuilder(uri) { Path = path.EndsWith(Path, StringComparison.Ordinal) ? path : path + Path, Fragment = "" }.Uri;
    }

    /// <summary>Lets nobody wait for an answer any more.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            var answer = base.Send(request, either.Token);
            Failure = answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
            return answer;
        }
        catch (HttpRequestException failure)
        {
            Failure = failure.Message;
            throw;
        }
        catch (OperationCanceledException)
        {
            Failure = $"no answer within {OtlpSession.Patience.TotalSeconds} s";
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _stop.Dispose();
    }
}
