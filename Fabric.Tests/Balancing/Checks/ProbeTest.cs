using Fabric.Balancing.Checks;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>One question to a member, against a stack that answers, and over a way that loses, doubles and reorders.</summary>
public class ProbeTest
{
    private const ushort Own = CheckPorts.First + 7;
    private static readonly HealthCheck s_http = new() { Kind = HealthCheckKind.Http, Path = "/health" };

    [Test]
    public void AConnectionThatIsAcceptedIsGoodAndEndsByAReset()
    {
        var member = new MemberStack();
        Ask(new HealthCheck(), member).ShouldBe((CheckResult.Good, 0));
        member.Ended.ShouldBe(1, "nothing is left behind");
    }

    [Test]
    public void WhereNothingListensItIsToldAtOnce([Values] HealthCheckKind kind) =>
        Ask(new HealthCheck { Kind = kind }, new MemberStack { Listens = false }).ShouldBe((CheckResult.Refused, 0));

    [Test]
    public void WhoIsSilentIsGivenUpInTime([Values] HealthCheckKind kind)
    {
        var probe = Begin(new HealthCheck { Kind = kind, TimeoutMilliseconds = 700 });
        var sent = 0;
        var turn = new ProbeTurn(probe);
        while (turn.Result is null)
        {
            var due = turn.Probe.Due;
            turn = turn.Probe.Tick(due);
            sent += turn.Send is null ? 0 : 1;
            due.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(700));
        }
        (turn.Result, sent).ShouldBe((CheckResult.NoAnswer, 3), "at 0, 200 and 600 ms");
    }

    [TestCase("HTTP/1.1 200 OK\r\n\r\n", CheckResult.Good, 200)]
    [TestCase("HTTP/1.0 302", CheckResult.Good, 302)]
    [TestCase("HTTP/1.1 503 Service Unavailable\r\n\r\n", CheckResult.BadStatus, 503)]
    [TestCase("HTTP/1.1 2x0 OK", CheckResult.BadAnswer, 0)]
    [TestCase("HTTP/2 200 OK  ", CheckResult.BadAnswer, 0)]
    [TestCase("SSH-2.0-OpenSSH_9.9\r\n", CheckResult.BadAnswer, 0)]
    [TestCase("HTTP/1.1", CheckResult.BadAnswer, 0)]
    [TestCase("", CheckResult.BadAnswer, 0)]
    public void TheStatusDecides(string answer, CheckResult expected, int status)
    {
        foreach (var length in new[] { 1, 5, 536 })
        {
            var member = new MemberStack { Answer = answer, SegmentLength = length };
            Ask(s_http, member).ShouldBe((expected, status), $"in segments of {length} bytes");
            member.Ended.ShouldBe(1);
        }
    }

    [Test]
    public void TheRequestNamesPathAndHost()
    {
        var member = new MemberStack();
        Ask(s_http, member);
        member.Request.ShouldBe("GET /health HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: fabric-check\r\nConnection: close\r\n\r\n");
        Ask(s_http with { Host = "shop.example" }, member);
        member.Request.ShouldContain("\r\nHost: shop.example\r\n");
    }

    [Test]
    public void AnAnswerOfADatagramIsGood() =>
        Ask(new HealthCheck { Kind = HealthCheckKind.Udp }, new MemberStack()).ShouldBe((CheckResult.Good, 0));

    [Test]
    public void WhateverTheWayDoesTheResultIsTheMembersOrNone()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var kind = (HealthCheckKind)random.Next(3);
            var listens = random.Next(4) > 0;
            var status = random.Next(2) == 0 ? 204 : 500;
            var member = new MemberStack
            {
                Listens = listens,
                Answer = $"HTTP/1.1 {status} x\r\n\r\n",
                SegmentLength = 1 + random.Next(20),
            };
            var check = new HealthCheck { Kind = kind, TimeoutMilliseconds = int.MaxValue };
            var result = Ask(check, member, new Random(seed), loss: 0.3);
            var expected =
                !listens ? CheckResult.Refused
                : kind == HealthCheckKind.Http && status == 500 ? CheckResult.BadStatus
                : CheckResult.Good;
            result.Result.ShouldBe(expected, $"seed {seed}");
        }
    }

    /// <summary>A greeting of TLS with its names and keys is longer than a segment.</summary>
    [Test]
    public void WhatIsLongIsSaidInSegmentsWhateverTheWayDoes()
    {
        var said = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i:000} word"));
        var talk = new HttpTalk(System.Text.Encoding.ASCII.GetBytes(said), new PortRange(200, 299));
        for (var seed = 0; seed < 500; seed++)
        {
            var member = new MemberStack { RequestLength = said.Length, SegmentLength = 7 };
            var check = s_http with { TimeoutMilliseconds = int.MaxValue };
            Ask(check, member, new Random(seed), loss: 0.3, talk).ShouldBe((CheckResult.Good, 200), $"seed {seed}");
            member.Request.ShouldBe(said, $"seed {seed}");
        }
    }

    /// <summary>A request that is lost behind a handshake that took long goes again after the first patience, not after that of the handshake.</summary>
    [Test]
    public void WhatIsSaidHasAPatienceOfItsOwn()
    {
        var member = new MemberStack();
        var (turn, now) = (Begin(s_http).Tick(TimeSpan.Zero), TimeSpan.Zero);
        for (var i = 0; i < 2; i++)
            (now, turn) = (turn.Probe.Due, turn.Probe.Tick(turn.Probe.Due));
        turn = Take(turn.Probe, member.Take(turn.Send!.Value)[0], now += TimeSpan.FromMilliseconds(1));
        turn.Send!.Value.Payload.IsEmpty.ShouldBeFalse("the request");
        turn.Probe.Due.ShouldBe(now + Probe.FirstPatience);
        turn.Probe.Tick(turn.Probe.Due).Send!.Value.ShouldBe(turn.Send.Value);
    }

    [Test]
    public void WhatIsNotAboutThisProbeChangesNothing()
    {
        var asked = Begin(s_http).Tick(TimeSpan.Zero);
        var other = new MemberStack();
        foreach (
            var stranger in new[]
            {
                asked.Send!.Value with
                {
                    OwnPort = Own + 1,
                },
                asked.Send.Value with
                {
                    Port = 81,
                },
                asked.Send.Value with
                {
                    Tcp = null,
                },
            }
        )
            Take(asked.Probe, other.Take(stranger)[0], TimeSpan.Zero).ShouldBe(new ProbeTurn(asked.Probe));
        var late = other.Take(asked.Send.Value with { Sequence = 5 })[0];
        var turn = Take(asked.Probe, late, TimeSpan.Zero);
        (turn.Result, turn.Send!.Value.Tcp, turn.Send.Value.Sequence).ShouldBe((null, TcpFlags.Rst, 6u), "an old connection is told to go");
    }

    private static (CheckResult? Result, int Status) Ask(
        HealthCheck check,
        MemberStack member,
        Random? random = null,
        double loss = 0,
        ICheckTalk? talk = null
    )
    {
        var turn = new ProbeTurn(Begin(check, talk));
        var way = new List<byte[]>();
        var now = TimeSpan.Zero;
        for (var steps = 0; steps < 10_000; steps++)
        {
            if (turn.Send is { } packet && (random is null || random.NextDouble() >= loss))
                way.AddRange(member.Take(packet));
            if (turn.Result is { } result)
                return (result, turn.Status);
            if (way.Count == 0)
            {
                now = turn.Probe.Due;
                turn = turn.Probe.Tick(now);
                continue;
            }
            var at = random?.Next(way.Count) ?? 0;
            var frame = way[at];
            if (random is null || random.Next(5) > 0)
                way.RemoveAt(at);
            turn = random is not null && random.NextDouble() < loss ? turn with { Send = null } : Take(turn.Probe, frame, now);
        }
        return (null, 0);
    }

    private static ProbeTurn Take(Probe probe, byte[] frame, TimeSpan now) =>
        ProbeAnswer.TryRead(frame, out var answer) ? probe.Take(answer, now) : new ProbeTurn(probe);

    private static Probe Begin(HealthCheck check, ICheckTalk? talk = null)
    {
        talk ??= check.Kind is HealthCheckKind.Http or HealthCheckKind.Https ? HttpTalk.Of(check, "10.0.0.1") : null;
        return Probe.Begin(check, talk, Own, 80, 0xffff_fff8, TimeSpan.Zero);
    }
}
