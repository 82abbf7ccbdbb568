using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Api;

/// <summary>What `fabric balancers` shows.</summary>
public class BalancerReportTest
{
    [Test]
    public void ConnectionsAreCountedAtTheirMembers()
    {
        var world = new BalancerWorld();
        var first = world.CountOfFirst(100);
        Item(world, "vm1", "connections").ShouldBe($"{first}");
        Item(world, "vm2", "connections").ShouldBe($"{100 - first}");
        Item(world, "vm1", "share").ShouldBe($"{first}.0%");
        Item(world, "vm1", "due").ShouldBe("50.0%");
    }

    [Test]
    public void AMemberThatDrainsHasConnectionsAndNoneAreDue()
    {
        var world = new BalancerWorld();
        var first = world.CountOfFirst(100);
        world.Change("vm1", member => member with { State = PoolMemberState.Draining });
        (Item(world, "vm1", "connections"), Item(world, "vm1", "due")).ShouldBe(($"{first}", "0.0%"));
        Item(world, "vm2", "due").ShouldBe("100.0%");
    }

    [Test]
    public void WhatIsClosedDoesNotCountAndOtherBalancersHaveTheirOwn()
    {
        var world = new BalancerWorld();
        var (member, _) = world.Ask(1000);
        world.Ask(1000, flags: TcpFlags.Rst);
        Item(world, member, "connections").ShouldBe("0");
        Item(world, member, "connections", "shop6").ShouldBe("0");
    }

    [Test]
    public void WithLeastConnectionsWeightsAreDue()
    {
        var world = new BalancerWorld(pool => pool with { Method = BalancingMethod.LeastConnections });
        world.Change("vm1", member => member with { Weight = 3 });
        (Item(world, "vm1", "due"), Item(world, "vm1", "method")).ShouldBe(("75.0%", "least-connections"));
    }

    [Test]
    public void HealthIsShownWithItsReason()
    {
        Item(new BalancerWorld(), "vm1", "health").ShouldBe("not checked");
        var world = new BalancerWorld(pool => pool with { Check = new HealthCheck() });
        Item(world, "vm1", "health").ShouldBe("not checked yet");
        world.Find("vm1", 100, CheckResult.Good);
        (Item(world, "vm1", "health"), Item(world, "vm1", "due")).ShouldBe(("up", "50.0%"));
        world.Find("vm1", 10, CheckResult.Good);
        (Item(world, "vm1", "health"), Item(world, "vm1", "due")).ShouldBe(("up, 10% of its weight", "9.1%"));
        world.Find("vm1", 0, CheckResult.BadStatus, 503);
        (Item(world, "vm1", "health"), Item(world, "vm1", "due"), Item(world, "vm2", "due")).ShouldBe(
            ("down: status 503", "0.0%", "100.0%")
        );
        foreach (var result in Enum.GetValues<CheckResult>())
        {
            world.Find("vm1", 0, result, 503);
            Item(world, "vm1", "health").ShouldStartWith("down: ");
        }
    }

    private static string Item(BalancerWorld world, string member, string field, string balancer = "shop")
    {
        var connections = new List<Connection>();
        world.World.Connections.CopyTo(connections);
        var items = BalancerReport
            .Of(world.World.Topology, world.World.Learned, connections)["items"]
            .ShouldBeOfType<JsonArray>()
            .OfType<JsonObject>();
        return $"{items.Single(item => $"{item["balancer"]}" == balancer && $"{item["member"]}" == member)[field]}";
    }
}
