using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Tests.Description;

namespace Fabric.Tests.Views;

/// <summary>D4: what lights up on the map with a thing, both ways.</summary>
[TestFixture]
public sealed class RelatedViewTest
{
    private const string Shop = """
        fabric: v1
        hosts: { a: { underlay: 192.0.2.1 }, b: { underlay: 192.0.2.2 }, c: { underlay: 192.0.2.3 }, d: {} }
        tenants:
          shop:
            routers: { r1: {} }
            bridges: { web: { subnet: 10.1.0.0/24, router: r1 }, db: { subnet: 10.2.0.0/24, router: r1 }, alone: {} }
            ports:
              web1: { on: web, host: a, ip: 10.1.0.11 }
              db1: { on: db, host: b, ip: 10.2.0.11, interface: eth7 }
              other1: { on: alone, host: c }
              other2: { on: alone, host: a }
              deaf: { on: web, host: d }
        """;

    private static readonly TopologySnapshot s_shop = NetworkOf(Shop);

    [TestCase("port/shop/web1", "bridge/shop/web host/a interface/a/web1 port/shop/web1 router/shop/r1 tunnel/a/b")]
    [TestCase("interface/b/eth7", "bridge/shop/db host/b interface/b/eth7 port/shop/db1 tunnel/a/b")]
    [TestCase("tunnel/a/b", "host/a host/b interface/a/web1 interface/b/eth7 port/shop/db1 port/shop/web1 tunnel/a/b")]
    [TestCase("tunnel/a/c", "host/a host/c interface/a/other2 interface/c/other1 port/shop/other1 port/shop/other2 tunnel/a/c")]
    [TestCase("host/b", "host/b interface/b/eth7 port/shop/db1 tunnel/a/b")]
    [TestCase("host/d", "host/d interface/d/deaf port/shop/deaf", Description = "without an underlay address there is no tunnel")]
    [TestCase("bridge/shop/alone", "bridge/shop/alone port/shop/other1 port/shop/other2")]
    public void What_has_to_do_with_a_thing_is_named(string id, string items) => string.Join(' ', IdsOf(s_shop, id)!).ShouldBe(items);

    [TestCase("port/shop/nobody")]
    [TestCase("tunnel/b/a", Description = "one name for one tunnel")]
    [TestCase("tunnel/b/c", Description = "they share no network")]
    [TestCase("tunnel/a/a")]
    [TestCase("interface/a/eth7")]
    [TestCase("planet/a")]
    [TestCase("host")]
    [TestCase("")]
    public void What_there_is_not_has_nothing(string id) => RelatedView.Of(s_shop, id).ShouldBeNull();

    [Test]
    public void Ports_hosts_interfaces_and_tunnels_have_to_do_with_each_other_both_ways(
        [ValueSource(typeof(AnyNetwork), nameof(AnyNetwork.Seeds))] int seed
    )
    {
        var network = AnyNetwork.Of(seed);
        var ids = network.Ports.Values.Where(port => port.IsExterior).Select(DeviceState.PageOf).ToList();
        ids.AddRange(network.Hosts.Values.Select(DeviceState.PageOf));
        ids.AddRange([
            .. ids.SelectMany(id => IdsOf(network, id)!)
                .Where(id => id.StartsWith("interface/", StringComparison.Ordinal) || id.StartsWith("tunnel/", StringComparison.Ordinal))
                .Distinct(),
        ]);
        var related = ids.ToDictionary(id => id, id => IdsOf(network, id).ShouldNotBeNull(id));

        foreach (var (id, others) in related)
        {
            others.ShouldContain(id);
            foreach (var other in others.Where(related.ContainsKey))
                related[other].ShouldContain(id, $"{id} lights up {other}");
        }
    }

    private static string[]? IdsOf(TopologySnapshot network, string id) =>
        RelatedView.Of(network, id)?["items"]!.AsArray().Select(item => (string)item!["id"]!).ToArray();

    private static TopologySnapshot NetworkOf(string text) => Describe.Network(text);
}
