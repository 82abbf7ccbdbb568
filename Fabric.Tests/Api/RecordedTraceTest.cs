using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Views;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Api;

/// <summary>A trace that was recorded goes the same way again, whatever is known now: it brings the facts that it read.</summary>
public class RecordedTraceTest
{
    private const string Out =
        "in_port=acme/vm1,udp,nw_src=10.0.0.1,nw_dst=198.51.100.7,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:01:01,tp_src=4000,tp_dst=53";

    private readonly List<string> _seen = [];

    [Test]
    public void AnAnswerFindsItsConnectionAgainWhenThatIsForgotten()
    {
        var nat = NatWorld.Source();
        nat.Out("vm1", "10.0.0.1", NatWorld.Remote, 4000, 53);
        var answer = "in_port=acme/uplink,udp,nw_src=198.51.100.7,nw_dst=192.0.2.1,tp_src=53,tp_dst=4000";
        var record = Recorded(nat.World, nat.World.Connections, answer);

        var connection = record["facts"]!["connections"]!.AsArray().First(fact => fact!["other"] is not null)!;
        ((string)connection["key"]!["device"]!).ShouldBe("acme/edge");
        ((string)connection["other"]!["src"]!).ShouldBe("10.0.0.1");
        ((string)record["verdict"]!).ShouldBe("forward");
        Again(nat.World, record).ShouldBe(record.ToJsonString());
        Again(nat.World, Without(record)).ShouldNotBe(record.ToJsonString(), "nobody knows it now");
    }

    [Test]
    public void TheIdentifierOfAnEchoIsRecorded()
    {
        var world = RouterWorld.Usual();
        var packet = "in_port=acme/vm1,icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_id=77";
        var record = Parsed(TraceView.Of(world.Topology, LearnedSnapshot.Empty, NoConnections.Instance, packet));
        ((string)record["packet"]!).ShouldEndWith(",icmp_id=77");
        Again(world, record).ShouldBe(record.ToJsonString());
    }

    [Test]
    public void AMemberThatWasDownIsPassedOverAgain()
    {
        var world = RouterWorld.Usual();
        world.Net.Balance(
            "edge",
            BalancerWorld.PoolOf("web", "10.0.0.1", "10.0.0.2") with
            {
                Check = new HealthCheck(),
            },
            BalancerWorld.BalancerOf("shop", BalancerWorld.Vip, "web")
        );
        var router = world.Topology.Routers[world.Net.RouterId("edge")];
        var pool = PoolKey.Of(router.Id, "web");
        var health = router
            .Pools["web"]
            .Members.Values.Take(1)
            .Aggregate(
                PoolHealth.Unknown,
                (known, member) => known.With(MemberKey.Of(pool, member), new MemberHealth(0, CheckResult.BadStatus, 503))
            );
        var learned = LearnedSnapshot.Empty with { Health = LearnedSnapshot.Empty.Health.SetItem(pool, health) };
        for (var port = 1000; port < 1010; port++)
        {
            var packet = $"in_port=acme/uplink,tcp,nw_src=198.51.100.7,nw_dst={BalancerWorld.Vip},tp_src={port},tp_dst=80,tcp_flags=+syn";
            var record = Parsed(TraceView.Of(world.Topology, learned, NoConnections.Instance, packet));
            (
                (string)record["facts"]!["members"].ShouldNotBeNull(record.ToJsonString()).AsArray().ShouldHaveSingleItem()!["last"]!
            ).ShouldBe("BadStatus");
            Again(world, record).ShouldBe(record.ToJsonString());
        }
    }

    /// <summary>What is told of a table of connections is told again by what was read of it.</summary>
    [Test]
    public void AllThatConnectionsAnswerIsRead()
    {
        var world = RouterWorld.Usual();
        var edge = (DeviceRef)world.Net.RouterId("edge");
        var key = new ConnectionKey(edge, 17, IpAddress.Parse("10.0.0.1"), IpAddress.Parse("198.51.100.7"), 4000, 53, IsTranslated: true);
        var mapped = new ulong[1024];
        (mapped[0], mapped[63], mapped[1023]) = (1UL << 63, ulong.MaxValue, 1UL << 63);
        var facts = new ConnectionFacts
        {
            Ports = new PortShare(1, 2)
            {
                Held = HeldPorts.Of([
                    (edge, IpAddress.Parse("192.0.2.1"), [new PortRange(1024, 2047)], null),
                    (edge, IpAddress.Parse("2001:db8::1"), [], [new PortRange(0, 9), new PortRange(11, 65535)]),
                ]),
            },
        };
        facts.Found[key] = (new ConnectionFound(default, FlowDirection.Return, ConnectionPhase.Closing, true), key.ReverseAt(edge));
        facts.Found[key with { SourcePort = 4001 }] = (
            new ConnectionFound(default, FlowDirection.Forward, ConnectionPhase.Opening, false),
            null
        );
        facts.Known.Add((key, key.ReverseAt(edge)));
        facts.Mapped[key] = mapped;
        facts.Led[key] = 7;
        facts.Full.Add(world.Net.PortId("uplink"));
        var lookups = new HashSet<Fabric.Flows.FlowTag> { Fabric.Flows.FlowTag.Of(Fabric.Flows.FlowTagKind.Router, edge.Id) };
        var text = FactsJson.Of(world.Topology, LearnedSnapshot.Empty, facts, lookups).ToJsonString();

        var reader = new FactsReader(world.Topology);
        reader.Read(JsonNode.Parse(text)!.AsObject());

        FactsJson.Of(world.Topology, reader.Learned, reader.Connections, lookups).ToJsonString().ShouldBe(text);
        reader.Connections.Found.ShouldBe(facts.Found, ignoreOrder: true);
        reader.Connections.Mapped[key].ShouldBe(mapped);
        reader.Connections.CountLedTo(key).ShouldBe(7);
        reader.Connections.HasRoom(world.Net.PortId("uplink")).ShouldBeFalse();
        reader.Connections.Knows(key, key.ReverseAt(edge)).ShouldBeTrue();
        reader.Connections.Ports.Held!.Of(edge, IpAddress.Parse("192.0.2.1")).ToArray().ShouldBe([new PortRange(1024, 2047)]);
        text.ShouldContain("\"ports\":[\"63-63\",\"4032-4095\",\"65535-65535\"]");
    }

    /// <summary>Records of programs that kept no facts are traced with none, as the past is.</summary>
    [Test]
    public void ARecordWithoutFactsStaysReadable()
    {
        var world = RouterWorld.Usual();
        var old = Without(Recorded(world, NoConnections.Instance, Out));
        old.Remove("hops");
        var again = Parsed(RecordedTrace.Parse(old.ToJsonString()).TraceIn(world.Topology));
        ((string)again["packet"]!).ShouldBe((string)old["packet"]!);
        again["trace"]!.AsArray().ShouldNotBeEmpty();
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("""{"packet":7}""")]
    [TestCase("""{"packet":"x","facts":[]}""")]
    [TestCase("""{"packet":"x","facts":{"stations":{}}}""")]
    [TestCase("""{"packet":"x","facts":{"down":[1]}}""")]
    [TestCase("""{"packet":"x","facts":{"stations":[{"bridge":"acme/lan","vlan":-1,"mac":"02:00:00:00:00:01","port":"acme/vm1"}]}}""")]
    [TestCase("""{"packet":"x","facts":{"neighbors":[{"port":"acme/uplink","address":"10.0.0.300","mac":null}]}}""")]
    [TestCase("""{"packet":"x","facts":{"connections":[{"key":null}]}}""")]
    [TestCase(
        """{"packet":"x","facts":{"mapped":[{"key":{"kind":"router","device":"acme/edge","proto":17,"src":"10.0.0.1","sport":1,"dst":"10.0.0.2","dport":2},"ports":["9-1"]}]}}"""
    )]
    [TestCase("""{"packet":"x","facts":{"share":{"part":0,"parts":0}}}""")]
    [TestCase("""{"packet":"x","facts":{"share":{"part":2,"parts":2}}}""")]
    [TestCase("""{"packet":"x","packet":"y"}""")]
    [TestCase("""{"packet":"x","facts":{"down":[],"down":[]}}""")]
    public void WhatIsNoRecordIsToldAsThat(string text) =>
        Should.Throw<FormatException>(() => RecordedTrace.Parse(text).TraceIn(RouterWorld.Usual().Topology));

    /// <summary>Any half of a record, and any byte of it changed, is read or refused; nothing else comes of it.</summary>
    [Test]
    public void ADamagedRecordIsReadOrRefused()
    {
        var nat = NatWorld.Source();
        nat.Out("vm1", "10.0.0.1", NatWorld.Remote, 4000, 53);
        var text = Recorded(nat.World, nat.World.Connections, Out)["facts"]!.ToJsonString();
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var letters = text.ToCharArray();
            letters[random.Next(letters.Length)] = (char)random.Next(' ', 127);
            var damaged =
                $$"""{"packet":"{{Out}}","facts":{{new string(letters, 0, random.Next(3) == 0 ? random.Next(letters.Length) : letters.Length)}}}""";
            try
            {
                RecordedTrace.Parse(damaged).TraceIn(nat.World.Topology);
                _seen.Add("read");
            }
            catch (FormatException)
            {
                _seen.Add("refused");
            }
        }
        _seen.Distinct().Count().ShouldBe(2);
    }

    private static JsonObject Recorded(RouterWorld world, IConnections connections, string packet) =>
        Parsed(TraceView.Of(world.Topology, world.Learned, connections, packet));

    private static JsonObject Without(JsonObject record)
    {
        var bare = record.DeepClone().AsObject();
        bare.Remove("facts");
        return bare;
    }

    private static string Again(RouterWorld world, JsonObject record) =>
        RecordedTrace.Parse(record.ToJsonString()).TraceIn(world.Topology).ToJsonString();

    /// <summary>As whoever asked has it.</summary>
    private static JsonObject Parsed(JsonObject report) => JsonNode.Parse(report.ToJsonString())!.AsObject();
}
