using Fabric.Addresses;
using Fabric.Agent.FlowTable;
using Fabric.Flows;

namespace Fabric.Tests.FlowTable;

/// <summary>Actions that flows share.</summary>
public class ActionPoolTest
{
    [Test]
    public void FlowsOfSeveralNetworksThroughOneTunnelHaveOneArrayEach()
    {
        var pool = new ActionPool();
        var first = pool.Share(Through(id: 1));
        var second = pool.Share(Through(id: 2));
        first.ShouldNotBeSameAs(second);
        pool.Share(Through(id: 1)).ShouldBeSameAs(first);
        pool.Share(Through(id: 2)).ShouldBeSameAs(second);
    }

    [Test]
    public void SoHaveThoseOfSeveralVlans()
    {
        var pool = new ActionPool();
        var kept = Enumerable.Range(1, 8).Select(vlan => pool.Share(Tagged((ushort)vlan))).ToArray();
        for (var vlan = 1; vlan <= kept.Length; vlan++)
            pool.Share(Tagged((ushort)vlan)).ShouldBeSameAs(kept[vlan - 1]);
    }

    [Test]
    public void WhatIsSharedIsWhatWasAskedFor()
    {
        var pool = new ActionPool();
        for (uint port = 0; port < 4 * ActionPool.Capacity; port++)
        {
            FlowAction[] wanted = [FlowAction.SetField(FlowField.TpSrc, port & 0xffff, 0xffff), FlowAction.Output(port)];
            pool.Share(wanted).ShouldBe(wanted);
        }
        pool.Share([]).ShouldBeEmpty();
    }

    private static FlowAction[] Through(ulong id) =>
        [FlowAction.SetTunnel(id, IpAddress.Parse("192.0.2.1"), IpAddress.Parse("192.0.2.2"), default), FlowAction.Output(7)];

    private static FlowAction[] Tagged(ushort vlan) => [FlowAction.PushVlan(0x8100, vlan), FlowAction.Output(7)];
}
