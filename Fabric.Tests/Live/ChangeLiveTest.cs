using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>What a running ping sees of changes.</summary>
public class ChangeLiveTest : NetworkLiveTest
{
    private const string Rule = "- { name: no-telnet, proto: tcp, dport: 23, do: drop }";

    // Of what was sent before the change was in force.
    private const int PacketsOnTheirWay = 2;

    [SetUp]
    public Task BeginAnew() => Network.ApplyAsync(Yaml);

    [TestCase(IpFamily.V4, "icmp")]
    [TestCase(IpFamily.V6, "icmpv6")]
    public async Task Row21ARuleThatComesOrGoesIsSeenAtOnceByARunningPing(IpFamily family, string protocol)
    {
        var target = Network.AddressOf("db1", family);
        Network.PingUntilAnswered("web1", target).Kind.ShouldBe(EchoAnswerKind.Reply);

        await Network.ApplyAsync(Yaml.Replace(Rule, $"- {{ name: no-ping, proto: {protocol}, do: drop }}"));
        Network.CountRepliesUntilSilent("web1", target).ShouldBeLessThanOrEqualTo(PacketsOnTheirWay);

        await Network.ApplyAsync(Yaml);
        var lost = 0;
        while (!Network.Ping("web1", target, TimeSpan.FromSeconds(10)).IsReply)
            (++lost).ShouldBeLessThanOrEqualTo(PacketsOnTheirWay);
    }

    [Test]
    public void Row20AnInterfaceThatGoesDownStopsTrafficAndResumesItWhenUpAgain([ValueSource(nameof(Families))] IpFamily family)
    {
        var target = Network.AddressOf("web2", family);
        Network.PingUntilAnswered("web1", target).Kind.ShouldBe(EchoAnswerKind.Reply);
        using var routes = RouteSocket.Open();
        var link = routes.ReadLink(Network.NameOf("web2"));

        routes.SetDown(link);
        Network.CountRepliesUntilSilent("web1", target);

        routes.SetUp(link);
        Eventually(() => Network.Ping("web1", target, TimeSpan.FromSeconds(1)).IsReply, "a reply after the interface is up again");
    }

    [Test]
    public void AnInterfaceThatIsDeletedAndMadeAnewIsTakenUpAgain([ValueSource(nameof(Families))] IpFamily family)
    {
        var target = Network.AddressOf("db1", family);
        Network.PingUntilAnswered("web1", target).Kind.ShouldBe(EchoAnswerKind.Reply);

        GuestHost.Disconnect(Network.NameOf("db1")).ShouldBeTrue();
        Network.CountRepliesUntilSilent("web1", target);

        Network.Connect("db1");
        Eventually(() => Network.Ping("web1", target, TimeSpan.FromSeconds(1)).IsReply, "a reply by the new interface");
    }

    [Test]
    public async Task ABindingThatMovesTakesTheTrafficWithIt()
    {
        var target = Network.AddressOf("web2", IpFamily.V4);
        Network.PingUntilAnswered("web1", target).Kind.ShouldBe(EchoAnswerKind.Reply);

        await Network.ApplyAsync(Yaml.Replace("\"{net}-web2\"", "\"{net}-none\""));
        // Not at once, unlike a rule: sockets are closed and opened.
        Network.CountRepliesUntilSilent("web1", target);

        await Network.ApplyAsync(Yaml);
        Eventually(() => Network.Ping("web1", target, TimeSpan.FromSeconds(1)).IsReply, "a reply after the binding came back");
        NetworkNamespace.Exists(Network.NameOf("web2")).ShouldBeTrue();
    }
}
