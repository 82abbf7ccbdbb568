using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of learned facts between agents.</summary>
internal static class FactLayouts
{
    private static readonly Layout<MacKey> _station = new Layout<MacKey>("station", default)
        .Required(1, ValueCodec.Bridge, key => key.Bridge, (key, bridge) => key with { Bridge = bridge }, since: 3)
        .Optional(2, ValueCodec.UInt16, key => key.Vlan, (key, vlan) => key with { Vlan = vlan }, since: 3)
        .Required(3, ValueCodec.Mac, key => key.Mac, (key, mac) => key with { Mac = mac }, since: 3);

    private static readonly Layout<NeighborKey> _neighbor = new Layout<NeighborKey>("neighbor", default)
        .Required(1, ValueCodec.Port, key => key.Port, (key, port) => key with { Port = port }, since: 3)
        .Required(2, ValueCodec.Ip, key => key.Address, (key, address) => key with { Address = address }, since: 3);

    private static readonly Layout<MemberKey> _member = new Layout<MemberKey>("member", default)
        .Required(
            1,
            ValueCodec.Router,
            key => key.Pool.Router,
            (key, router) => key with { Pool = key.Pool with { Router = router } },
            since: 7
        )
        .Required(2, ValueCodec.UInt64, key => key.Pool.Name, (key, name) => key with { Pool = key.Pool with { Name = name } }, since: 7)
        .Required(3, ValueCodec.Ip, key => key.Address, (key, address) => key with { Address = address }, since: 7)
        .Optional(4, ValueCodec.UInt16, key => key.Port, (key, port) => key with { Port = port }, since: 7);

    private static readonly Layout<MemberHealth> _health = new Layout<MemberHealth>("health", default)
        .Optional(1, ValueCodec.UInt8, health => health.Percent, (health, percent) => health with { Percent = percent }, since: 7)
        .Optional(2, ValueCodec.Enum<CheckResult>(), health => health.Last, (health, last) => health with { Last = last }, since: 7)
        .Optional(3, ValueCodec.UInt16, health => health.Status, (health, status) => health with { Status = status }, since: 7);

    private static readonly Union<LearnedFact> _fact = new Union<LearnedFact>("learned fact")
        .Case(
            1,
            new Layout<LearnedFact.Station>("station's fact", new(default, null))
                .Required(1, _station, fact => fact.Key, (fact, key) => fact with { Key = key }, since: 3)
                .Optional(2, ValueCodec.OrNull(ValueCodec.Port), fact => fact.Port, (fact, port) => fact with { Port = port }, since: 3),
            since: 3
        )
        .Case(
            2,
            new Layout<LearnedFact.Neighbor>("neighbor's fact", new(default, default))
                .Required(1, _neighbor, fact => fact.Key, (fact, key) => fact with { Key = key }, since: 3)
                .Required(2, ValueCodec.Mac, fact => fact.Mac, (fact, mac) => fact with { Mac = mac }, since: 3),
            since: 3
        )
        .Case(
            3,
            new Layout<LearnedFact.Interface>("interface's fact", new(default, false))
                .Required(1, ValueCodec.Port, fact => fact.Port, (fact, port) => fact with { Port = port }, since: 3)
                .Required(2, ValueCodec.Bool, fact => fact.IsUp, (fact, isUp) => fact with { IsUp = isUp }, since: 3),
            since: 3
        )
        .Case(
            4,
            new Layout<LearnedFact.Answer>("neighbor's answer", new(default, default))
                .Required(1, _neighbor, fact => fact.Key, (fact, key) => fact with { Key = key }, since: 3)
                .Required(2, ValueCodec.Mac, fact => fact.Mac, (fact, mac) => fact with { Mac = mac }, since: 3),
            since: 3
        )
        .Case(
            5,
            new Layout<LearnedFact.Member>("member's fact", new(default, default))
                .Required(1, _member, fact => fact.Key, (fact, key) => fact with { Key = key }, since: 7)
                .Required(2, _health, fact => fact.Health, (fact, health) => fact with { Health = health }, since: 7),
            since: 7
        );

    private static readonly Layout<StampedFact> _stamped = new Layout<StampedFact>("stamped fact", new(null!, default, 0))
        .Required(1, _fact, stamped => stamped.Fact, (stamped, fact) => stamped with { Fact = fact }, since: 3)
        .Required(2, ValueCodec.Host, stamped => stamped.Owner, (stamped, owner) => stamped with { Owner = owner }, since: 3)
        .Required(3, ValueCodec.Int64, stamped => stamped.Version, (stamped, version) => stamped with { Version = version }, since: 3);

    public static Layout<FactsMessage> Message { get; } =
        new Layout<FactsMessage>("message of facts", new(0, 0, 0, [], []))
            .Required(
                1,
                ValueCodec.UInt64,
                message => message.Incarnation,
                (message, number) => message with { Incarnation = number },
                since: 3
            )
            .Required(2, ValueCodec.Int32, message => message.Number, (message, number) => message with { Number = number }, since: 3)
            .Required(3, ValueCodec.UInt64, message => message.Receiver, (message, number) => message with { Receiver = number }, since: 3)
            .Repeated(4, ValueCodec.Int32, message => message.Arrived, (message, numbers) => message with { Arrived = numbers }, since: 3)
            .Repeated(5, _stamped, message => message.Facts, (message, facts) => message with { Facts = facts }, since: 3);
}
