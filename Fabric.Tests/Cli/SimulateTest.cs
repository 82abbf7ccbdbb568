using System.Text.Json.Nodes;

namespace Fabric.Tests.Cli;

public class SimulateTest
{
    private const string Network = """
        fabric: v1
        hosts: { a: {}, b: {} }
        tenants:
          shop:
            routers:
              r1:
                ports:
                  up: { mac: "02:00:00:00:ff:01", addresses: [192.0.2.1/24, "2001:db8::1/64"], host: a, interface: eth0 }
                routes:
                  default: { to: 0.0.0.0/0, via: 192.0.2.254 }
                  hole: { to: 203.0.113.0/24, kind: blackhole }
            bridges:
              web: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
              db: { subnet: 10.2.0.0/24, router: r1 }
            ports:
              web1: { on: web, host: a, mac: "02:00:00:00:01:01", ip: [10.1.0.11, "fd00:1::11"] }
              web2: { on: web, host: b, mac: "02:00:00:00:01:02", ip: [10.1.0.12, "fd00:1::12"] }
              trunk: { on: web, host: b }
              db1: { on: db, host: b, mac: "02:00:00:00:02:01", ip: 10.2.0.11, outbound: db-in }
            chains:
              db-in:
                - { name: web-only, not: { src: 10.1.0.0/24 }, do: drop }
                - { name: no-telnet, proto: tcp, dport: 23, do: reject }
          bank:
            bridges: { vault: {} }
            ports: { web1: { on: vault, host: a, interface: vault1 } }
        """;

    private string _folder = "";

    [SetUp]
    public void WriteNetwork()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-simulate-").FullName;
        File.WriteAllText(Path.Combine(_folder, "fabric.yaml"), Network);
    }

    [TearDown]
    public void DeleteNetwork() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task ARoutedPacketLeavesRewritten()
    {
        var report = await OneAsync("in_port=shop/web1,tcp,nw_dst=10.2.0.11,tp_src=40000,tp_dst=80");

        ((string)report["verdict"]!).ShouldBe("forward");
        report["drop_reason"].ShouldBeNull();
        report["rule"].ShouldBeNull();
        var output = report["outputs"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)output["port"]!).ShouldBe("shop/db1");
        ((string)output["host"]!).ShouldBe("b");
        ((string)output["interface"]!).ShouldBe("db1");
        ((string)output["fields"]!["eth_dst"]!).ShouldBe("02:00:00:00:02:01");
        ((string)output["fields"]!["nw_src"]!).ShouldBe("10.1.0.11");
        ((int)output["fields"]!["nw_ttl"]!).ShouldBe(63);
        ((int)output["fields"]!["tp_dst"]!).ShouldBe(80);
        ((string)output["packet"]!).ShouldStartWith("tcp,dl_src=");
        ((string)report["mask"]!).ShouldStartWith("in_port(shop/web1),eth(");
        ((bool)report["cacheable"]!).ShouldBeTrue();
        Texts(report["actions"]).Last().ShouldBe("output(shop/db1)");
        Texts(report["tags"]).ShouldContain("chain shop/db-in");
        ((string)report["why"]!).ShouldBe("delivered to port `db1`");
    }

    [Test]
    public async Task ARejectedPacketNamesTheRuleAndItsReset()
    {
        var report = await OneAsync("in_port=shop/web1,tcp,nw_dst=10.2.0.11,tp_src=40000,tp_dst=23,tcp_flags=+syn");

        ((string)report["verdict"]!).ShouldBe("drop");
        ((string)report["drop_reason"]!).ShouldBe("rule_reject");
        report["rule"]!
            .ToJsonString()
            .ShouldBe("""{"chain":"shop/db-in","name":"no-telnet","position":2,"hook":"outbound","at":"port shop/db1"}""");
        report["outputs"]!.AsArray().ShouldBeEmpty();
        var reset = report["generated"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)reset["kind"]!).ShouldBe("tcp_rst");
        ((string)reset["port"]!).ShouldBe("shop/web1");
        ((string)reset["fields"]!["eth_dst"]!).ShouldBe("02:00:00:00:01:01");
        ((int)reset["fields"]!["tp_src"]!).ShouldBe(23);
        ((int)reset["fields"]!["tcp_flags"]!).ShouldBe(0x14);
        ((string)report["why"]!).ShouldBe("rejected by rule `no-telnet` (2nd of chain `db-in`, outbound at port `db1`)");
    }

    [TestCase("in_port=shop/web1,arp,arp_tpa=10.1.0.12", "arp", "arp_sha", "02:00:00:00:01:02")]
    [TestCase("in_port=shop/web1,icmp6,icmpv6_type=135,ipv6_dst=ff02::1:ff00:12,nd_target=fd00:1::12", "nd", "nd_tll", "02:00:00:00:01:02")]
    [TestCase("in_port=shop/web1,icmp,nw_dst=10.1.0.1", "icmp", "nw_src", "10.1.0.1")]
    [TestCase("in_port=shop/web1,icmp6,ipv6_dst=fd00:1::1", "icmpv6", "ipv6_src", "fd00:1::1")]
    public async Task WhatTheNetworkAnswersLeavesByThePortOfWhoAsked(string packet, string kind, string field, string value)
    {
        var report = await OneAsync(packet);

        ((string)report["verdict"]!).ShouldBe("consume");
        var answer = report["generated"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)answer["kind"]!).ShouldBe(kind);
        ((string)answer["port"]!).ShouldBe("shop/web1");
        ((string)answer["fields"]![field]!).ShouldBe(value);
    }

    [TestCase("in_port=shop/web1,udp,nw_dst=203.0.113.9", "drop", "blackhole", 0)]
    [TestCase("in_port=shop/web1,udp,nw_dst=10.2.0.11,nw_ttl=1", "drop", "ttl_exceeded", 1)]
    [TestCase("in_port=shop/web1,udp6,ipv6_dst=2001:db8:9::1", "drop", "no_route", 1)]
    [TestCase("in_port=shop/up,udp,dl_dst=02:00:00:00:ff:01,nw_src=198.51.100.7,nw_dst=10.2.0.11", "drop", "rule", 0)]
    [TestCase("in_port=shop/up,udp,nw_src=198.51.100.7,nw_dst=10.1.0.12", "forward", null, 0)]
    public async Task EveryEndHasItsReason(string packet, string verdict, string? reason, int generated)
    {
        var report = await OneAsync(packet);

        ((string)report["verdict"]!).ShouldBe(verdict);
        ((string?)report["drop_reason"]).ShouldBe(reason);
        report["generated"]!.AsArray().Count.ShouldBe(generated);
    }

    [Test]
    public async Task ANeighborThatAnsweredIsKnownToTheNextPacket()
    {
        var reports = await ManyAsync(
            "in_port=shop/web1,udp,nw_dst=198.51.100.7",
            "in_port=up,arp,arp_op=2,dl_src=02:00:00:00:ff:fe,dl_dst=02:00:00:00:ff:01,arp_spa=192.0.2.254,arp_tpa=192.0.2.1,arp_tha=02:00:00:00:ff:01",
            "in_port=shop/web1,udp,nw_dst=198.51.100.7"
        );

        ((string)reports[0]["verdict"]!).ShouldBe("incomplete");
        ((string)reports[0]["generated"]![0]!["kind"]!).ShouldBe("arp");
        ((string)reports[0]["generated"]![0]!["port"]!).ShouldBe("shop/up");
        ((string)reports[0]["generated"]![0]!["fields"]!["arp_tpa"]!).ShouldBe("192.0.2.254");
        ((string)reports[0]["why"]!).ShouldBe("waits until 192.0.2.254 answers at port `up`");
        ((string)reports[2]["verdict"]!).ShouldBe("forward");
        ((string)reports[2]["outputs"]![0]!["fields"]!["eth_dst"]!).ShouldBe("02:00:00:00:ff:fe");
    }

    [Test]
    public async Task AnAnswerThatNobodyAskedForIsNotBelieved()
    {
        var reports = await ManyAsync(
            "in_port=up,arp,arp_op=2,dl_src=02:00:00:00:ff:fe,dl_dst=02:00:00:00:ff:01,arp_spa=192.0.2.254,arp_tpa=192.0.2.1,arp_tha=02:00:00:00:ff:01",
            "in_port=shop/web1,udp,nw_dst=198.51.100.7"
        );

        ((string)reports[1]["verdict"]!).ShouldBe("incomplete");
    }

    [TestCase("", 1)]
    [TestCase("--stateless", 3)]
    public async Task AStationIsLearnedUnlessNothingMayBe(string option, int outputs)
    {
        var reports = await ManyAsync(
            option,
            "in_port=shop/trunk,udp,dl_src=02:00:00:00:09:09,dl_dst=02:00:00:00:01:01,nw_src=10.1.0.99,nw_dst=10.1.0.11",
            "in_port=shop/web1,udp,dl_dst=02:00:00:00:09:09,nw_dst=10.1.0.99"
        );

        // Unknown, it is flooded to the two other stations, and into the router, which is not meant.
        reports[1]["outputs"]!.AsArray().Count.ShouldBe(outputs == 1 ? 1 : 2);
    }

    [TestCase("in_port=shop/web1,tcp,nw_dst=10.2.0.999", "FABRIC-5001", 30)]
    [TestCase("in_port=shop/wbe1,tcp", "FABRIC-5003", 1)]
    [TestCase("in_port=web1,tcp", "FABRIC-5003", 1)]
    [TestCase("tcp,in_port=shop/r1.web", "FABRIC-5004", 5)]
    [TestCase("tcp,nw_dst=10.0.0.1", "FABRIC-5002", 1)]
    [TestCase("in_port=shop/web1,tcp,payload=xyz", "FABRIC-5001", 31)]
    [TestCase("nonsense", "FABRIC-5001", 1)]
    public async Task ABadLineIsToldInItsPlaceAndTheRunGoesOn(string line, string code, int column)
    {
        var result = await RunAsync("", line, "in_port=shop/web1,icmp,nw_dst=10.1.0.1");

        result.Exit.ShouldBe(1);
        var reports = result.Out.TrimEnd('\n').Split('\n').Select(text => JsonNode.Parse(text)!).ToArray();
        reports.Length.ShouldBe(2);
        ((int)reports[0]["line"]!).ShouldBe(2);
        ((string)reports[0]["error"]!["code"]!).ShouldBe(code);
        ((int)reports[0]["error"]!["column"]!).ShouldBe(column);
        ((string)reports[1]["verdict"]!).ShouldBe("consume");
    }

    [Test]
    public async Task AMistakeInTheDescriptionEndsTheCommand()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "fabric.yaml"), Network.Replace("on: db", "on: bd"));

        var result = await RunAsync("", "in_port=shop/web1,tcp");

        result.Exit.ShouldBe(1);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("there is no bridge 'shop/bd'");
    }

    private async Task<JsonNode> OneAsync(string packet) => (await ManyAsync(packet)).ShouldHaveSingleItem();

    private async Task<JsonNode[]> ManyAsync(params string[] lines)
    {
        var option = lines[0].StartsWith("--", StringComparison.Ordinal) ? lines[0] : "";
        var result = await RunAsync(option, [.. lines.Where(line => line.Length > 0 && line != option)]);
        result.Error.ShouldBeEmpty();
        return [.. result.Out.TrimEnd('\n').Split('\n').Select(text => JsonNode.Parse(text)!)];
    }

    private Task<ShellResult> RunAsync(string option, params string[] lines) =>
        Shell.RunAsync(
            $"simulate -f {Path.Combine(_folder, "fabric.yaml")} --packets - -o json {option}",
            "# packets\n" + string.Join('\n', lines) + "\n\n"
        );

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(item => (string)item!);
}
