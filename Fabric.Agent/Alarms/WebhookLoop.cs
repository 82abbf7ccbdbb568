using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Fabric.Agent.Alarms;

/// <summary>Tells an address of the operator's which alarms began and ended: each by a POST of JSON.</summary>
/// <remarks>
/// One at a time, in order. Each is tried <see cref="Tries"/> times; what nobody takes is given up, and said so. More than <see cref="Capacity"/>
/// do not wait: the oldest goes. Any thread.
/// </remarks>
internal sealed class WebhookLoop : IAsyncDisposable
{
    /// <summary>Changes that wait to be told at most.</summary>
    public const int Capacity = 64;

    /// <summary>How often each is tried.</summary>
    public const int Tries = 3;

    /// <summary>How long an answer is waited for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly Uri _address;
    private readonly Action<string> _warn;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;
    private readonly Channel<JsonObject> _waiting = Channel.CreateBounded<JsonObject>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Begins.</summary>
    /// <param name="address">http or https.</param>
    /// <param name="warn">Is told what could not be delivered.</param>
    /// <param name="clock">The clock.</param>
    public WebhookLoop(Uri address, Action<string> warn, TimeProvider clock)
    {
        (_address, _warn, _clock) = (address, warn, clock);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = s_patience };
        _running = Task.Run(RunAsync);
    }

    /// <summary>Tells a change some time soon; never waits.</summary>
    public void Post(JsonObject change) => _waiting.Writer.TryWrite(change);

    /// <summary>Tells no more; what waits is not told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var change in _waiting.Reader.ReadAllAsync(_stop.Token))
                await TellAsync(change);
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }

    private async Task TellAsync(JsonObject change)
    {
        for (var tries = 1; await WhyNotAsync(change) is { } why; tries++)
        {
            if (tries == Tries)
            {
                // The path may hold a secret of whoever listens there.
                _warn(
                    $"the webhook at {_address.GetLeftPart(UriPartial.Authority)} was not told that {change["what"]} ({change["event"]}): {why}"
                );
                return;
            }
            await Task.Delay(s_pause, _clock, _stop.Token);
        }
    }

    /// <summary>Tries once; null if it was taken.</summary>
    private async Task<string?> WhyNotAsync(JsonObject change)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(change.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await _client.PostAsync(_address, content, _stop.Token);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return $"no answer within {s_patience.TotalSeconds} s";
        }
    }
}
