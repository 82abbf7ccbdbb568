using Fabric.Agent.Checks;
using Fabric.Balancing.Checks;
using Fabric.Devices;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>A check's talk over TLS with a server of the framework's, byte by byte and in segments, without a socket.</summary>
public class TlsSessionTest
{
    private static readonly HealthCheck s_check = new() { Kind = HealthCheckKind.Https, Host = "shop.example:8443" };

    [TestCase(1)]
    [TestCase(512)]
    [TestCase(100_000)]
    public void TheStatusDecidesHoweverTheBytesCome(int segment)
    {
        Talk(new TlsServer("HTTP/1.1 204 No Content\r\n\r\n"), segment).ShouldBe((CheckResult.Good, 204));
        Talk(new TlsServer("HTTP/1.1 503 Service Unavailable\r\n\r\n"), segment).ShouldBe((CheckResult.BadStatus, 503));
        Talk(new TlsServer("SSH-2.0-OpenSSH_9.9\r\n"), segment).ShouldBe((CheckResult.BadAnswer, 0));
    }

    [Test]
    public void TheServerIsAskedForTheHostByNameAndGetsTheRequest()
    {
        var server = new TlsServer("HTTP/1.1 200 OK\r\n\r\n");
        Talk(server, 512);
        server.Name.ShouldBe("shop.example", "a port is no part of a name");
        server.Request.ShouldStartWith("GET / HTTP/1.1\r\nHost: shop.example:8443\r\n");
    }

    [Test]
    public void AMembersAddressIsNoName()
    {
        var server = new TlsServer("HTTP/1.1 200 OK\r\n\r\n");
        Talk(server, 512, s_check with { Host = null }).ShouldBe((CheckResult.Good, 200));
        server.Name.ShouldBeNullOrEmpty();
    }

    [Test]
    public void WhoSpeaksNoTlsIsToldSo()
    {
        using var session = Session(s_check);
        session.Begin().Say.Length.ShouldBeGreaterThan(100, "a greeting");
        session.Hear("HTTP/1.1 400 Bad Request\r\n\r\n"u8, isLast: false).Result.ShouldBe(CheckResult.NoTls);
    }

    [Test]
    public void WhoEndsIsAskedNoMore()
    {
        using (var session = Session(s_check))
        {
            session.Begin().Result.ShouldBeNull();
            session.Hear([], isLast: true).Result.ShouldBe(CheckResult.NoTls);
        }
        Talk(new TlsServer(""), 512).ShouldBe((CheckResult.BadAnswer, 0), "it ends before a status");
    }

    /// <summary>Nothing waits, so all must have been done where it was asked for, and not on a thread that comes later.</summary>
    [Test]
    public void ItGoesOnWithinTheCallWhoeverCalls()
    {
        var scheduler = new Here();
        var talk = new Task<(CheckResult?, int)>(() => Talk(new TlsServer("HTTP/1.1 200 OK\r\n\r\n"), 512));
        talk.RunSynchronously(scheduler);
        talk.Result.ShouldBe((CheckResult.Good, 200));
        scheduler.Queued.ShouldBe(0, "nothing was put off");
    }

    [Test]
    public void OneThatIsGivenUpIsNothingMore([Values] bool hasBegun)
    {
        var session = Session(s_check);
        if (hasBegun)
            session.Begin();
        Should.NotThrow(session.Dispose);
    }

    /// <summary>Runs at once what it is asked to run here; what is put off it counts and never runs.</summary>
    private sealed class Here : TaskScheduler
    {
        public int Queued { get; private set; }

        protected override void QueueTask(Task task) => Queued++;

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    private static TlsSession Session(HealthCheck check) => new(HttpTalk.Of(check, "10.0.0.1"), check.Host);

    private static (CheckResult? Result, int Status) Talk(TlsServer server, int segment, HealthCheck? check = null)
    {
        using var session = Session(check ?? s_check);
        using (server)
        {
            var turn = session.Begin();
            for (var turns = 0; turns < 20 && turn.Result is null; turns++)
            {
                var (answer, isLast) = server.Take(turn.Say.Span);
                turn = default;
                for (var at = 0; at < answer.Length && turn.Result is null; at += segment)
                {
                    var part = answer.Span[at..Math.Min(at + segment, answer.Length)];
                    var next = session.Hear(part, isLast && at + part.Length == answer.Length);
                    turn = next with { Say = (byte[])[.. turn.Say.Span, .. next.Say.Span] };
                }
            }
            return (turn.Result, turn.Status);
        }
    }
}
