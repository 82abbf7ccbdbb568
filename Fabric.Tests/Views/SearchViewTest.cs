using Fabric.Agent.Views;
using Fabric.Devices;

namespace Fabric.Tests.Views;

/// <summary>Things are found by whatever people know of them.</summary>
[TestFixture]
public sealed class SearchViewTest
{
    private static readonly TopologyBuilder s_net = new TopologyBuilder()
        .Tenant("shop")
        .Chain("db-in", TopologyBuilder.Rule("no-telnet", RuleAction.Drop))
        .Bridge("web")
        .Port("web1", "web", "02:00:00:00:00:01", "10.1.0.11/24 fd00:1::11/64", host: "a")
        .Port("web2", "web", "02:00:00:00:00:02", "10.1.0.12/24", host: "b");

    [TestCase("web1", "port/shop/web1")]
    [TestCase("WEB1", "port/shop/web1")]
    [TestCase("shop/web1", "port/shop/web1")]
    [TestCase("10.1.0.12", "port/shop/web2")]
    [TestCase("fd00:1::11", "port/shop/web1")]
    [TestCase("02:00:00:00:00:02", "port/shop/web2")]
    [TestCase("no-telnet", "chain/shop/db-in")]
    [TestCase("kind:port 10.1.0.11", "port/shop/web1")]
    [TestCase("host:b", "port/shop/web2")]
    [TestCase("kind:host b", "host/b")]
    [TestCase("web", "bridge/shop/web", Description = "whose whole name it is comes before those whose name begins so")]
    public void The_first_hit_is_what_is_meant(string text, string page) =>
        ((string)SearchView.Of(s_net.Topology, text, 10)["items"]!.AsArray().First()!["to"]!).ShouldBe(page);

    [TestCase("nobody")]
    [TestCase("kind:nothing")]
    [TestCase("web1 10.1.0.12")]
    public void What_is_not_there_is_not_found(string text) => SearchView.Of(s_net.Topology, text, 10)["items"]!.AsArray().ShouldBeEmpty();

    [Test]
    public void No_more_is_told_than_asked_for() => SearchView.Of(s_net.Topology, "w", 1)["items"]!.AsArray().Count.ShouldBe(1);
}
