using System.Text.Json.Nodes;

namespace Fabric.Tests.Cli;

/// <summary>`fabric simulate` of packets one after the other, each at its time: what one begins the next ones belong to.</summary>
public class SimulateSequenceTest
{
    private const string Gateway = "02:00:00:00:00:fe";
    private const string Remote6 = "2001:db8:64::c633:6407";

    private const string Network = """
        fabric: v1
        hosts: { a: {} }
        tenants:
          lab:
            routers:
              r1:
                ports:
                  up: { addresses: [203.0.113.1/24], host: a }
                routes:
                  default: { to: 0.0.0.0/0, via: 203.0.113.254 }
                nat:
                  six: { nat64: "2001:db8:64::/96", to: 203.0.113.50 }
                  well: { nat64: "64:ff9b::/96", to: 203.0.113.51 }
                pools:
                  web:
                    check: { kind: https, host: shop.example, path: /healthz }
                    members: { one: { to: "fd00:1::12", to-port: 8443 } }
                balancers:
                  www: { vip: "fd00:80::1", ports: 443, proto: tcp, pool: web }
            bridges:
              lan: { subnet: ["fd00:1::/64"], router: r1 }
            ports:
              vm1: { on: lan, host: a, ip: ["fd00:1::11"] }
              vm2: { on: lan, host: a, ip: ["fd00:1::12"] }
        """;

    private string _folder = "";

    [SetUp]
    public void WriteNetwork()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-sequence-").FullName;
        File.WriteAllText(Path.Combine(_folder, "fabric.yaml"), Network);
    }

    [TearDown]
    public void DeleteNetwork() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task BetweenTheVersionsAnAnswerComesBackUntilItsTimeHasPassed()
    {
        var reports = await RunAsync(
            $"in_port=vm1,udp6,ipv6_dst={Remote6},tp_src=4000,tp_dst=53,at=1s",
            Answer("udp,nw_dst=203.0.113.50,tp_src=53,tp_dst=4000,at=1.5s"),
            Answer("udp,nw_dst=203.0.113.50,tp_src=54,tp_dst=4000,at=1.5s"),
            Answer("udp,nw_dst=203.0.113.50,tp_src=53,tp_dst=4000,at=4m"),
            Answer("udp,nw_dst=203.0.113.50,tp_src=53,tp_dst=4000,at=10m")
        );

        Left(reports[0], "lab/up", "nw_src", "nw_dst", "tp_src").ShouldBe("203.0.113.50 198.51.100.7 4000");
        Texts(reports[0]).ShouldContain("NAT rule `six` begins a translation: answers come to 203.0.113.50:4000");
        Left(reports[1], "lab/vm1", "ipv6_src", "ipv6_dst", "tp_dst").ShouldBe($"{Remote6} fd00:1::11 4000");
        ((string?)reports[2]["drop_reason"]).ShouldBe("nat_no_connection", "nobody spoke to that port");
        Left(reports[3], "lab/vm1", "ipv6_src", "ipv6_dst", "tp_dst").ShouldBe($"{Remote6} fd00:1::11 4000");
        ((string?)reports[4]["drop_reason"]).ShouldBe("nat_no_connection", "five minutes after the last");
    }

    /// <summary>RFC 5508, section 3.1: queries of one station are told apart by their identifiers.</summary>
    [Test]
    public async Task AnEchoIsAnsweredToItsIdentifier()
    {
        var reports = await RunAsync(
            $"in_port=vm1,icmp6,ipv6_dst={Remote6},icmp_id=77,at=1s",
            Answer("icmp,nw_dst=203.0.113.50,icmp_type=0,icmp_id=77,at=1.1s"),
            Answer("icmp,nw_dst=203.0.113.50,icmp_type=0,icmp_id=78,at=1.1s")
        );

        Left(reports[1], "lab/vm1", "ipv6_src", "ipv6_dst").ShouldBe($"{Remote6} fd00:1::11");
        ((string?)reports[2]["drop_reason"]).ShouldBe("nat_no_connection", "nobody asked by that identifier");
    }

    [Test]
    public async Task BetweenTheVersionsTcpIsFollowedByItsStates()
    {
        var reports = await RunAsync(
            $"in_port=vm1,tcp6,ipv6_dst={Remote6},tp_src=4000,tp_dst=80,tcp_flags=+syn,at=1s",
            Answer("tcp,nw_dst=203.0.113.50,tp_src=80,tp_dst=4000,tcp_flags=+syn+ack,at=1.1s"),
            $"in_port=vm1,tcp6,ipv6_dst={Remote6},tp_src=4000,tp_dst=80,tcp_flags=+ack,at=1.2s",
            Answer("tcp,nw_dst=203.0.113.50,tp_src=80,tp_dst=4000,tcp_flags=+ack,at=2h"),
            Answer("tcp,nw_dst=203.0.113.50,tp_src=80,tp_dst=4000,tcp_flags=+rst,at=4h"),
            Answer("tcp,nw_dst=203.0.113.50,tp_src=80,tp_dst=4000,tcp_flags=+ack,at=5h")
        );

        foreach (var report in reports[..5])
            ((string)report["verdict"]!).ShouldBe("forward", report.ToJsonString());
        ((string?)reports[5]["drop_reason"]).ShouldBe("nat_no_connection", "a reset has ended it");
    }

    [Test]
    public async Task WhoLeavesTheFlagsOutIsToldWhyNothingBegins()
    {
        var reports = await RunAsync($"in_port=vm1,tcp6,ipv6_dst={Remote6},tp_src=4000,tp_dst=80");

        ((string?)reports[0]["drop_reason"]).ShouldBe("nat_no_connection");
        Texts(reports[0]).ShouldContain("knows no connection of this TCP segment, and only one with SYN alone begins one (tcp_flags=+syn)");
    }

    [Test]
    public async Task BetweenTheVersionsPingsAreAnswered()
    {
        var reports = await RunAsync(
            Answer("icmp,icmp_type=0,nw_dst=203.0.113.50"),
            $"in_port=vm1,icmp6,ipv6_dst={Remote6},payload=4142,at=1s",
            Answer("icmp,icmp_type=0,nw_dst=203.0.113.50,payload=4142,at=1.2s"),
            Answer("icmp,icmp_type=0,nw_dst=203.0.113.50,payload=4142,at=2m")
        );

        ((string?)reports[0]["drop_reason"]).ShouldBe("nat_no_connection", "nobody pings yet");
        Left(reports[1], "lab/up", "nw_src", "nw_dst", "icmp_type").ShouldBe("203.0.113.50 198.51.100.7 8");
        ((bool)reports[1]["cacheable"]!).ShouldBeFalse();
        Left(reports[2], "lab/vm1", "ipv6_src", "ipv6_dst", "icmp_type").ShouldBe($"{Remote6} fd00:1::11 129");
        ((string?)reports[3]["drop_reason"]).ShouldBe("nat_no_connection", "a minute after the last");
    }

    [Test]
    public async Task TheWellKnownPrefixIsForTheInternetAlone()
    {
        var reports = await RunAsync("in_port=vm1,udp6,ipv6_dst=64:ff9b::a01:203,tp_src=4000,tp_dst=53");

        ((string?)reports[0]["drop_reason"]).ShouldBe("nat_no_address");
        ((string)reports[0]["generated"]![0]!["kind"]!).ShouldBe("icmpv6");
    }

    /// <summary>Nobody has checked the member of a description: it is taken to serve, and what it answers to a check is the router's.</summary>
    [Test]
    public async Task AMemberThatIsCheckedOverHttpsIsChosenAndItsAnswersToChecksAreTheRouters()
    {
        var reports = await RunAsync(
            "in_port=vm1,tcp6,ipv6_dst=fd00:80::1,tp_src=5000,tp_dst=443,tcp_flags=+syn,at=1s",
            "in_port=vm2,tcp6,ipv6_dst=fd00:1::1,tp_src=8443,tp_dst=5000,tcp_flags=+syn+ack,at=1.5s",
            "in_port=vm2,tcp6,ipv6_dst=fd00:1::1,tp_src=8443,tp_dst=800,tcp_flags=+syn+ack,at=2s",
            "in_port=vm1,tcp6,ipv6_dst=fd00:1::1,tp_src=8443,tp_dst=800,tcp_flags=+syn+ack,at=2s"
        );

        Left(reports[0], "lab/vm2", "ipv6_dst", "tp_dst").ShouldBe("fd00:1::12 8443");
        Left(reports[1], "lab/vm1", "ipv6_src", "tp_src").ShouldBe("fd00:80::1 443", "one on its own link answers by the router");
        Texts(reports[2]).ShouldContain(text => text.Contains("check", StringComparison.Ordinal));
        ((string)reports[2]["verdict"]!).ShouldBe("consume");
        Texts(reports[3]).ShouldNotContain(text => text.Contains("check", StringComparison.Ordinal), "it is no member");
    }

    private static string Answer(string packet) => $"in_port=up,{packet},dl_src={Gateway},nw_src=198.51.100.7";

    /// <summary>Fields of the only copy that leaves, by a port.</summary>
    private static string Left(JsonNode report, string port, params string[] fields)
    {
        ((string)report["verdict"]!).ShouldBe("forward", report.ToJsonString());
        var output = report["outputs"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)output["port"]!).ShouldBe(port);
        return string.Join(' ', fields.Select(field => $"{output["fields"]![field]}"));
    }

    private static string[] Texts(JsonNode report) => [.. report["trace"]!.AsArray().Select(step => (string)step!["text"]!)];

    /// <summary>The gateway is known before the first.</summary>
    private async Task<JsonNode[]> RunAsync(params string[] lines)
    {
        var first = $"in_port=up,arp,arp_op=1,dl_src={Gateway},arp_spa=203.0.113.254,arp_sha={Gateway},arp_tpa=203.0.113.1";
        var result = await Shell.RunAsync(
            $"simulate -f {Path.Combine(_folder, "fabric.yaml")} --packets - -o json",
            string.Join('\n', [first, .. lines]) + "\n"
        );
        result.Error.ShouldBeEmpty();
        return [.. result.Out.TrimEnd('\n').Split('\n').Skip(1).Select(text => JsonNode.Parse(text)!)];
    }
}
