using System.Text.Json.Nodes;
using Fabric.Agent.Questions;
using Fabric.Agent.Upcalls;
using Fabric.Agent.Views;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Views;

/// <summary>What nodes do for others, and how fast they decide.</summary>
public class NodesViewTest
{
    [Test]
    public void ANodeIsToldWithItsDutiesAndOneThatIsSilentToo()
    {
        var told = JsonNode.Parse(
            """{"version":"1","feeds":2,"flow_setup":{"count":100,"sum_s":1,"at_most_s":{"0.001":50,"0.01":98,"1":99}}}"""
        )!;
        var actors = new ActorsView("b", [new DeviceActorView(new PortId(1), "a", null, 0)], []);

        var nodes = NodesView.Of(
            [
                new HostReport("a", HostReportState.Answered, TimeSpan.Zero, told.AsObject()),
                new HostReport("b", HostReportState.Silent, null, null),
            ],
            actors
        );

        var (first, second) = (nodes["items"]![0]!, nodes["items"]![1]!);
        ((double)first["setup_p50_ms"]!, (double)first["setup_p99_ms"]!).ShouldBe((1, 1000));
        first["duties"]!.AsArray().Select(duty => (string)duty!).ShouldBe(["decides about 1 device", "feeds 2 nodes"]);
        second["version"].ShouldBeNull();
        second["duties"]!.AsArray().Select(duty => (string)duty!).ShouldBe(["puts changes in order"]);
    }

    [Test]
    public void APercentileIsTheEndOfItsRange()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromMicroseconds(8), 90);
        histogram.Add(TimeSpan.FromMilliseconds(3), 9);
        histogram.Add(TimeSpan.FromSeconds(5), 1);

        histogram.Counts.Sum().ShouldBe(100);
        (histogram.Counts[0], histogram.Counts[^1]).ShouldBe((90, 1));
        histogram.Sum.TotalSeconds.ShouldBe(90 * 8e-6 + 9 * 3e-3 + 5, 1e-6);
        NodesView.Percentile(null, 0.5).ShouldBeNull();
        NodesView.Percentile(new JsonObject { ["count"] = 0 }, 0.5).ShouldBeNull();
    }
}
