using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Changes;

/// <summary>No timer of a router may be below what RFCs demand.</summary>
public class TimerRulesTest
{
    private static RouterWorld World { get; } = RouterWorld.Usual();

    [Test]
    public void WhatRfcsDemandIsEnough() =>
        Refused(
                new RouterTimers
                {
                    TcpEstablished = 7440,
                    TcpTransitory = 240,
                    Udp = 120,
                    Icmp = 60,
                    Other = 1,
                }
            )
            .ShouldBeNull();

    [Test]
    public void EachTimerThatIsTooShortIsRefusedByTheNameOfItsRfc()
    {
        var usual = RouterTimers.Usual;
        Refused(usual with { TcpEstablished = 7439 })
            .ShouldNotBeNull()
            .ShouldContain("TCP established for 7439 s: use 7440 s or more (RFC 5382, REQ-5)");
        Refused(usual with { TcpTransitory = 239 })
            .ShouldNotBeNull()
            .ShouldContain("TCP transitory for 239 s: use 240 s or more (RFC 5382, REQ-5)");
        Refused(usual with { Udp = 119 }).ShouldNotBeNull().ShouldContain("UDP for 119 s: use 120 s or more (RFC 4787, REQ-5)");
        Refused(usual with { Icmp = 59 }).ShouldNotBeNull().ShouldContain("ICMP for 59 s: use 60 s or more (RFC 5508, REQ-2)");
        Refused(usual with { Other = 0 }).ShouldNotBeNull().ShouldContain("other protocols for 0 s: use 1 s or more");
        Refused(usual with { Udp = RouterTimers.MaxSeconds + 1 }).ShouldNotBeNull().ShouldContain("2592000 s at most");
    }

    [Test]
    public void AChangedTimerIsAChangeThatTouchesNoFlow()
    {
        var wanted = Edge with
        {
            Timers = new RouterTimers { Udp = 600 },
            Version = 0,
        };
        var events = TopologyDecisions.Decide(World.Topology, new TopologyCommand.PutDevice(wanted)).Events;
        var changed = events.Aggregate(World.Topology, TopologyEvolution.Apply);
        changed.Routers[wanted.Id].Timers.Udp.ShouldBe(600);
        var tags = new List<FlowTag>();
        ChangeImpact.Of(World.Topology, events.ShouldHaveSingleItem(), changed, tags);
        tags.ShouldBeEmpty();
        TopologyDiff.Changes(World.Topology, changed).ShouldHaveSingleItem().Fields.ShouldHaveSingleItem().Field.ShouldBe("timers");
    }

    private static Router Edge => World.Topology.Routers[World.Net.RouterId("edge")];

    private static string? Refused(RouterTimers timers) =>
        TopologyDecisions
            .Decide(World.Topology, new TopologyCommand.PutDevice(Edge with { Timers = timers, Version = 0 }))
            .Rejection?.Message;
}
