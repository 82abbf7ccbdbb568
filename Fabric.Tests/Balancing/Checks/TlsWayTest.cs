using Fabric.Agent.Checks;
using Fabric.Balancing.Checks;
using Fabric.Devices;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>A check over HTTPS by our own small TCP, over a way that loses, doubles and reorders packets by a seed, by the clock of the story.</summary>
public class TlsWayTest
{
    private const ushort Own = CheckPorts.First + 9;
    private static readonly HealthCheck s_check = new()
    {
        Kind = HealthCheckKind.Https,
        Host = "shop.example",
        TimeoutMilliseconds = int.MaxValue,
    };

    [Test]
    public void WhateverTheWayDoesTheResultIsTheMembers()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var status = seed % 3 == 0 ? 503 : 204;
            using var server = new TlsServer($"HTTP/1.1 {status} x\r\n\r\n");
            var way = new Way(seed, server)
            {
                Loss = 0.3,
                Doubling = 0.2,
                LongestDelay = 600,
            };
            way.Ask(s_check).ShouldBe((status == 503 ? CheckResult.BadStatus : CheckResult.Good, status), $"seed {seed}");
            way.Lost.ShouldBeGreaterThan(0, $"seed {seed}");
            server.Request.ShouldStartWith("GET / HTTP/1.1\r\nHost: shop.example\r\n");
            way.Member.IsOpen.ShouldBeFalse($"seed {seed}: the reset that ends it comes through in the end");
        }
    }

    /// <summary>Wherever in the talk it is, a way that breaks is a check without an answer, and at the time that was given.</summary>
    [Test]
    public void AWayThatBreaksIsNoAnswerInTime()
    {
        var check = s_check with { TimeoutMilliseconds = 2000 };
        for (var packets = 0; packets < 8; packets++)
        {
            using var server = new TlsServer("HTTP/1.1 200 OK\r\n\r\n");
            var way = new Way(packets, server) { Loss = 0, BreaksAfter = packets };
            way.Ask(check).ShouldBe((CheckResult.NoAnswer, 0), $"broken after {packets} packets");
            way.Now.ShouldBe(TimeSpan.FromMilliseconds(2000));
        }
    }

    /// <summary>Both ends and what is under way between them.</summary>
    private sealed class Way(int seed, TlsServer server)
    {
        private readonly Random _random = new(seed);
        private readonly PriorityQueue<(ProbePacket? There, byte[]? Back), (TimeSpan, int)> _underWay = new();
        private int _packets;

        public TlsMember Member { get; } = new(server, new Random(seed));

        public double Loss { get; init; }

        public double Doubling { get; init; }

        /// <summary>In milliseconds; packets overtake each other within it.</summary>
        public int LongestDelay { get; init; } = 1;

        public int BreaksAfter { get; init; } = int.MaxValue;

        public int Lost { get; private set; }

        public TimeSpan Now { get; private set; }

        public (CheckResult? Result, int Status) Ask(HealthCheck check)
        {
            var talk = new TlsSession(HttpTalk.Of(check, "10.0.0.1"), check.Host);
            var turn = new ProbeTurn(Probe.Begin(check, talk, Own, 443, 0xffff_fff8, Now));
            while (turn.Result is null)
            {
                Now = Min(turn.Probe.Due, Min(Member.Due, Next));
                foreach (var frame in Member.Tick(Now))
                    Send(null, frame);
                turn = Send(turn.Probe.Tick(Now));
                while (turn.Result is null && Next <= Now)
                    turn = Deliver(turn);
            }
            turn.Probe.Leave();
            End(turn);
            return (turn.Result, turn.Status);
        }

        private TimeSpan Next => _underWay.TryPeek(out _, out var at) ? at.Item1 : TimeSpan.MaxValue;

        private ProbeTurn Deliver(ProbeTurn turn)
        {
            var (there, back) = _underWay.Dequeue();
            if (back is not null)
                return ProbeAnswer.TryRead(back, out var answer) ? Send(turn.Probe.Take(answer, Now)) : turn;
            foreach (var frame in Member.Take(there!.Value, Now))
                Send(null, frame);
            return turn;
        }

        /// <summary>What a router answers who speaks to a probe that has ended: a reset, which gets through at some time.</summary>
        private void End(ProbeTurn turn)
        {
            for (var tries = 0; Member.IsOpen && tries < 100 && turn.Send is { } reset && BreaksAfter == int.MaxValue; tries++)
            {
                while (_underWay.Count > 0)
                    Deliver(turn with { Send = null });
                Send(reset, null);
            }
        }

        private ProbeTurn Send(ProbeTurn turn)
        {
            if (turn.Send is { } packet)
                Send(packet, null);
            return turn;
        }

        private void Send(ProbePacket? there, byte[]? back)
        {
            if (++_packets > BreaksAfter || _random.NextDouble() < Loss)
            {
                Lost++;
                return;
            }
            do
            {
                var delay = TimeSpan.FromMilliseconds(1 + _random.Next(LongestDelay));
                _underWay.Enqueue((there, back), (Now + delay, _packets));
            } while (_random.NextDouble() < Doubling);
        }

        private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }
}
