using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description.Editing;
using Fabric.Agent.Description.Writing;
using Fabric.Tests.Description;

namespace Fabric.Tests.Cli;

/// <summary>`fabric add`, `set` and `del` of everything that has a name.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class EditTest
{
    private const string Shop = """
        fabric: v1
        hosts: { a: {} }
        tenants:
          shop:
            routers:
              r1:
                ports: { out: { addresses: [203.0.113.1/24], host: a } }
                pools: { web: { members: { one: { to: 10.1.0.11, to-port: 8080 } } } }
            bridges: { web: { subnet: 10.1.0.0/24, router: r1 } }
            ports:
              web1: { on: web, host: a, ip: 10.1.0.11, inbound: web-in }
            chains:
              web-in: [ { name: no-telnet, proto: tcp, dport: 23, do: drop } ]
        """;

    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-edit-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"), "a");
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    [SetUp]
    public async Task Apply() => (await _agent.AskAsync("apply -f - --prune", Shop)).Exit.ShouldBe(0);

    /// <summary>Each kind is added, changed and deleted, and then the network is what it was.</summary>
    [TestCase("port shop/web2", "on=web host=a ip=10.1.0.12", "admin=down")]
    [TestCase("bridge shop/db", "", "admin=down")]
    [TestCase("router shop/r2", "", "admin=down")]
    [TestCase("router shop/r3", "timers={\"udp\":\"180s\"}", "timers={\"udp\":\"240s\"}")]
    [TestCase("chain shop/db-in", "", null)]
    [TestCase("rule shop/web-in/no-ssh", "proto=tcp dport=22 do=drop", "dport=2222")]
    [TestCase("rule shop/web-in/first", "do=accept --before no-telnet", "do=drop")]
    [TestCase("set shop/clients", "members=[10.9.0.0/16]", "members=[10.8.0.0/16]")]
    [TestCase("group shop/uplinks", "", null)]
    [TestCase("host b", "underlay=192.0.2.9", "underlay=")]
    [TestCase("router-port shop/r1/up", "addresses=[192.0.2.2/24]", "admin=down")]
    [TestCase("route shop/r1/hole", "to=10.66.0.0/16 kind=blackhole", "kind=reject")]
    [TestCase("nat shop/r1/in", "dnat=203.0.113.80 proto=tcp ports=80 to=10.1.0.11 to-port=8080", "to-port=8081")]
    [TestCase("nat shop/r1/all", "snat=out", "ports=20000-29999")]
    [TestCase("pool shop/r1/api", """members={"one":{"to":"10.1.0.11","to-port":9090}}""", "method=source")]
    [TestCase("nat shop/r1/six", "nat64=64:ff9b::/96 to=203.0.113.50", "filter=none")]
    [TestCase("nat shop/r1/own", "nat64=2001:db8:64::/48 to=203.0.113.50-203.0.113.53 from=fd00:1::/64 ports=2000-2999", "from=fd00::/16")]
    [TestCase(
        "pool shop/r1/safe",
        """members={"one":{"to":"10.1.0.11","to-port":8443}} check={"kind":"https","host":"shop.example","path":"/healthz"}""",
        """check={"kind":"https","port":8444,"status":"200-299"}"""
    )]
    [TestCase("balancer shop/r1/www", "vip=203.0.113.82 proto=tcp ports=80 pool=web", "persist=600")]
    public async Task EachKindIsAddedChangedAndDeleted(string what, string values, string? change)
    {
        var before = await ExportAsync();
        (await _agent.AskAsync($"set {what} admin=down")).Exit.ShouldBe(3, "it is not there yet");
        (await _agent.AskAsync($"del {what}")).Exit.ShouldBe(3);

        var added = await _agent.AskAsync($"add {what} {values}");

        added.Exit.ShouldBe(0, added.Error);
        var between = await ExportAsync();
        between.ShouldNotBe(before);
        var again = await _agent.AskAsync($"add {what} {values}");
        again.Exit.ShouldBe(4, again.Error);
        again.Error.ShouldContain("is there already");
        if (change is not null)
        {
            (await _agent.AskAsync($"set {what} {change}")).Error.ShouldBe("1 to update\n");
            (await ExportAsync()).ShouldNotBe(between);
            (await _agent.AskAsync($"set {what} {change}")).Error.ShouldBe("no change\n", "a second time it changes nothing");
        }
        var deleted = await _agent.AskAsync($"del {what}");
        deleted.Exit.ShouldBe(0, deleted.Error);
        (await ExportAsync()).ShouldBe(before);
    }

    [Test]
    public async Task ARuleStandsWhereItIsWantedAndOtherKeysOfWhatIsChangedStay()
    {
        (await _agent.AskAsync("add rule shop/web-in/first do=accept --before no-telnet -m because")).Exit.ShouldBe(0);
        (await _agent.AskAsync("set rule shop/web-in/no-telnet dport=24")).Exit.ShouldBe(0);

        var text = await ExportAsync();
        text.IndexOf("first", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("no-telnet", StringComparison.Ordinal));
        text.ShouldContain("{ name: no-telnet, proto: tcp, dport: 24, do: drop }");
        (await _agent.AskAsync("events -n 2 -o wide")).Out.ShouldContain("because");
        (await _agent.AskAsync("add rule shop/web-in/more do=accept --before nobody")).Exit.ShouldBe(3);
    }

    [TestCase("add port web9 on=web", 2, "'web9' is no name of a port", "write TENANT/NAME")]
    [TestCase("add rule shop/no-ssh do=drop", 2, "'shop/no-ssh' is no name of a rule", "write TENANT/CHAIN/NAME")]
    [TestCase("add rule shop/nobody/x do=drop", 3, "there is no rule 'shop/nobody/x'", "what it is a part of is not there")]
    [TestCase("del bridge shop/wep", 3, "there is no bridge 'shop/wep'", "did you mean 'web'?")]
    [TestCase("add port shop/web9 on=wep", 1, "there is no bridge 'shop/wep'", "did you mean 'web'?")]
    [TestCase("add port shop/web9 on=web colour=red", 1, "colour", "do:")]
    [TestCase("add chain shop/x do=drop", 1, "chain", "do:")]
    [TestCase("add port shop/web9 web", 2, "'web' is not KEY=VALUE", "FABRIC-3001")]
    [TestCase("set router shop/r1 timers={\"udp\":\"90s\"}", 1, "UDP for 90 s", "use 120 s or more (RFC 4787, REQ-5)")]
    [TestCase("add nat shop/r1/six nat64=64:ff9b::/80 to=203.0.113.50", 1, "64:ff9b::/80", "length 32, 40, 48, 56, 64 or 96")]
    [TestCase("add nat shop/r1/six nat64=64:ff9b::/96 to=203.0.113.50 to-port=80", 1, "to-port", "do:")]
    [TestCase("add nat shop/r1/six nat64=64:ff9b::/96 to=203.0.113.1", 1, "203.0.113.1", "a port of the router has")]
    [TestCase("set pool shop/r1/web check={\"kind\":\"https\",\"send\":\"x\"}", 1, "send", "do:")]
    [TestCase("set pool shop/r1/web check={\"kind\":\"htpps\"}", 1, "htpps", "https")]
    [TestCase("add planet shop/mars", 2, "planet", "FABRIC-3001")]
    [TestCase("del bridge shop/web", 4, "bridge 'shop/web' cannot be deleted", "why: port shop/")]
    public async Task WhatCannotBeIsRefusedInWords(string line, int exit, string what, string more)
    {
        var before = await ExportAsync();

        var refused = await _agent.AskAsync(line);

        refused.Error.ShouldContain(what);
        refused.Error.ShouldContain(more);
        refused.Exit.ShouldBe(exit, refused.Error);
        (await ExportAsync()).ShouldBe(before);
    }

    [Test]
    public async Task TheNounMayStandFirstAndADryRunChangesNothing()
    {
        var before = await ExportAsync();
        (await _agent.AskAsync("port add shop/web2 on=web --dry-run")).Error.ShouldBe("1 to create (dry run, nothing was changed)\n");
        (await ExportAsync()).ShouldBe(before);
        (await _agent.AskAsync("port add shop/web2 on=web --wait=stored")).Exit.ShouldBe(0);
        (await _agent.AskAsync("port set shop/web2 admin=down")).Exit.ShouldBe(0);
        (await _agent.AskAsync("port del shop/web2")).Exit.ShouldBe(0);
        (await _agent.AskAsync("set list")).Exit.ShouldBe(0, "sets are listed as ever");
    }

    /// <summary>What is changed goes through a tree and back: nothing may be lost on the way.</summary>
    [Test]
    public void ADescriptionWithEveryKeyIsTheSameThroughTheTree()
    {
        var network = Describe.Network(
            RoundTripTest
                .Everything.Replace("bank/x", "bank/safe")
                .Replace("\n    groups:\n      doors", "\n    ports:\n      safe: { on: vault }\n    groups:\n      doors")
        );

        var tree = DescriptionTree.Of(network);

        DescriptionWriter.Write(Describe.Network(JsonText.Format(tree))).ShouldBe(DescriptionWriter.Write(network));
        JsonNode.DeepEquals(tree, DescriptionTree.Of(network)).ShouldBeTrue();
    }

    private async Task<string> ExportAsync() => (await _agent.AskAsync("export")).Out;
}
