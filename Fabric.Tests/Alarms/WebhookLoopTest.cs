using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Fabric.Agent.Alarms;

namespace Fabric.Tests.Alarms;

/// <summary>An alarm comes to the operator's address, once, in order; and one that nobody takes is given up aloud.</summary>
[CancelAfter(300_000)]
public class WebhookLoopTest
{
    private static readonly JsonObject s_change = new() { ["event"] = "raised", ["what"] = "the tunnel to host b is down" };

    [Test]
    public async Task AChangeIsPostedAsJson(CancellationToken cancellation)
    {
        using var listener = new Listener(_ => 204);
        await using var webhook = new WebhookLoop(listener.Address, _ => { }, TimeProvider.System);

        webhook.Post(s_change);
        webhook.Post(new JsonObject { ["event"] = "cleared" });

        var first = await listener.Heard.ReadAsync(cancellation);
        first.Head.ShouldStartWith("POST /hook HTTP/1.1\r\n");
        first.Head.ShouldContain("Content-Type: application/json\r\n");
        first.Body.ShouldBe(s_change.ToJsonString());
        (await listener.Heard.ReadAsync(cancellation)).Body.ShouldBe("""{"event":"cleared"}""");
    }

    [Test]
    public async Task ARefusalIsTriedAgainSoManyTimesAndThenSaidWithoutTheSecretOfThePath(CancellationToken cancellation)
    {
        using var listener = new Listener(_ => 500);
        var warned = new TaskCompletionSource<string>();
        await using var webhook = new WebhookLoop(listener.Address, warned.SetResult, new HastyTime());

        webhook.Post(s_change);

        var told = await warned.Task.WaitAsync(cancellation);
        told.ShouldBe(
            $"the webhook at {listener.Address.GetLeftPart(UriPartial.Authority)} was not told that the tunnel to host b is down (raised): it answered 500"
        );
        for (var tries = 0; tries < WebhookLoop.Tries; tries++)
            (await listener.Heard.ReadAsync(cancellation)).Body.ShouldBe(s_change.ToJsonString());
        listener.Heard.TryRead(out _).ShouldBeFalse();
    }

    [Test]
    public async Task NobodyThereIsSaidToo(CancellationToken cancellation)
    {
        Uri gone;
        using (var listener = new Listener(_ => 204))
            gone = listener.Address;
        var warned = new TaskCompletionSource<string>();
        await using var webhook = new WebhookLoop(gone, warned.SetResult, new HastyTime());

        webhook.Post(s_change);

        (await warned.Task.WaitAsync(cancellation)).ShouldContain("Connection refused");
    }

    /// <summary>A clock whose delays are over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>Answers any request with a status, on loopback.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Channel<(string Head, string Body)> _heard = Channel.CreateUnbounded<(string, string)>();

        public Listener(Func<string, int> answer)
        {
            _listener.Start();
            _ = ServeAsync(answer);
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}/hook");

        public ChannelReader<(string Head, string Body)> Heard => _heard.Reader;

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(Func<string, int> answer)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var (head, body) = await ReadAsync(client.GetStream());
                    _heard.Writer.TryWrite((head, body));
                    await client
                        .GetStream()
                        .WriteAsync(
                            Encoding.ASCII.GetBytes($"HTTP/1.1 {answer(body)} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        );
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }

        private static async Task<(string Head, string Body)> ReadAsync(NetworkStream stream)
        {
            var text = "";
            var buffer = new byte[4096];
            while (true)
            {
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0 && text.Length - end - 4 >= LengthIn(text))
                    return (text[..(end + 4)], text[(end + 4)..]);
                text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
            }
        }

        private static int LengthIn(string head)
        {
            const string field = "Content-Length: ";
            var at = head.IndexOf(field, StringComparison.Ordinal) + field.Length;
            return int.Parse(head.AsSpan(at, head.IndexOf("\r\n", at, StringComparison.Ordinal) - at));
        }
    }
}
