using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Tests.Description;

namespace Fabric.Tests.Views;

/// <summary>What links and devices have carried, host by host.</summary>
[TestFixture]
public sealed class CarriedViewTest
{
    private const string Shop = """
        fabric: v1
        hosts: { a: {} }
        tenants:
          shop:
            routers: { r1: {} }
            bridges: { web: { subnet: 10.1.0.0/24, router: r1 }, db: { subnet: 10.2.0.0/24, router: r1 } }
        """;

    private static readonly TopologySnapshot s_shop = Describe.Network(Shop);

    [Test]
    public void A_link_has_carried_what_has_passed_both_its_ends_and_hosts_stay_apart()
    {
        var links = MapLink.Of(s_shop).ToArray();
        links.Length.ShouldBe(2);
        var (web, db) = (links.Single(link => LinksOf(link).Contains("web")), links.Single(link => LinksOf(link).Contains("db")));
        var carried = CarriedView.OfLinks(
            [
                Told("a", Port(web.Port, 10, 1000), Port(web.Peer, 7, 700), Port(db.Port, 3, 300)),
                Told("b", Port(web.Port, 1, 100), Port(web.Peer, 1, 100), Port(db.Port, 5, 500), Port(db.Peer, 5, 500)),
                new HostReport("c", HostReportState.Unreachable, null, null),
            ],
            s_shop
        );

        var told = carried["items"]!.AsArray().Select(item => $"{item!["host"]} {item["name"]} {item["packets"]} {item["bytes"]}");
        told.ShouldBe([$"a {Name(web)} 7 700", $"b {Name(web)} 1 100", $"b {Name(db)} 5 500"], ignoreOrder: true);
        carried["hosts"]!.AsArray().Count.ShouldBe(3);
    }

    [Test]
    public void A_device_is_told_as_nothing_where_it_has_carried_nothing()
    {
        DeviceName.TryParse("shop/web", out var name).ShouldBeTrue();
        var carried = CarriedView.OfDevice(
            [
                Told(
                    "a",
                    """{"kind":"bridge","name":"shop/web","packets":4,"bytes":40}""",
                    """{"kind":"port","name":"shop/web","packets":9,"bytes":90}"""
                ),
                Told("b"),
            ],
            "bridge",
            name
        );

        carried["items"]!.AsArray().Select(item => $"{item!["host"]} {item["packets"]} {item["bytes"]}").ShouldBe(["a 4 40", "b 0 0"]);
    }

    [Test]
    public void A_chain_has_carried_what_its_rules_have_matched()
    {
        DeviceName.TryParse("shop/in", out var name).ShouldBeTrue();
        var report = new HostReport(
            "a",
            HostReportState.Answered,
            TimeSpan.Zero,
            JsonNode
                .Parse(
                    """{"rules":[{"chain":"shop/in","rule":"x","packets":4,"bytes":40},{"chain":"shop/in","rule":"y","packets":2,"bytes":20},{"chain":"shop/out","rule":"x","packets":1,"bytes":1}]}"""
                )!
                .AsObject()
        );

        CarriedView.OfDevice([report], "chain", name)["items"]![0]!["packets"]!.ToString().ShouldBe("6");
    }

    private static string LinksOf(MapLink link) => $"{link.From.Name.Name} {link.To.Name.Name}";

    private static string Name(MapLink link) => $"{link.Port.Name} {link.Peer.Name}";

    private static string Port(Port port, int packets, int bytes) =>
        $$"""{"kind":"port","name":"{{port.Name}}","packets":{{packets}},"bytes":{{bytes}}}""";

    private static HostReport Told(string host, params string[] devices) =>
        new(host, HostReportState.Answered, TimeSpan.Zero, JsonNode.Parse($$"""{"devices":[{{string.Join(',', devices)}}]}""")!.AsObject());
}
