using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layouts of pools and balancers.</summary>
internal static class BalancerLayouts
{
    private static readonly Layout<PoolMember> _member = new Layout<PoolMember>(
        "pool member",
        new PoolMember { Name = "", Address = default }
    )
        .Required(1, ValueCodec.Text, member => member.Name, (member, name) => member with { Name = name }, since: 5)
        .Required(2, ValueCodec.Ip, member => member.Address, (member, address) => member with { Address = address }, since: 5)
        .Optional(3, ValueCodec.OrNull(ValueCodec.UInt16), member => member.Port, (member, port) => member with { Port = port })
        .Required(4, ValueCodec.Int32, member => member.Weight, (member, weight) => member with { Weight = weight }, since: 5)
        .Optional(5, ValueCodec.Enum<PoolMemberState>(), member => member.State, (member, state) => member with { State = state });

    private static readonly Layout<HealthCheck> _check = new Layout<HealthCheck>("health check", new HealthCheck())
        // HTTPS is HTTP with field 11, so that programs that do not know it tell which level does.
        .Optional(
            1,
            ValueCodec.Enum<HealthCheckKind>(),
            check => check.Kind == HealthCheckKind.Https ? HealthCheckKind.Http : check.Kind,
            (check, kind) => check with { Kind = kind },
            since: 7
        )
        .Optional(2, ValueCodec.OrNull(ValueCodec.UInt16), check => check.Port, (check, port) => check with { Port = port }, since: 7)
        .Required(
            3,
            ValueCodec.Int32,
            check => check.IntervalMilliseconds,
            (check, time) => check with { IntervalMilliseconds = time },
            since: 7
        )
        .Required(
            4,
            ValueCodec.Int32,
            check => check.TimeoutMilliseconds,
            (check, time) => check with { TimeoutMilliseconds = time },
            since: 7
        )
        .Required(5, ValueCodec.UInt8, check => check.Rise, (check, count) => check with { Rise = count }, since: 7)
        .Required(6, ValueCodec.UInt8, check => check.Fall, (check, count) => check with { Fall = count }, since: 7)
        .Required(7, ValueCodec.Text, check => check.Path, (check, path) => check with { Path = path }, since: 7)
        .Optional(8, ValueCodec.TextOrNull, check => check.Host, (check, host) => check with { Host = host }, since: 7)
        .Required(9, RuleLayouts.Ports, check => check.Status, (check, status) => check with { Status = status }, since: 7)
        .Required(10, ValueCodec.Text, check => check.Payload, (check, payload) => check with { Payload = payload }, since: 7)
        .Optional(
            11,
            ValueCodec.Bool,
            check => check.Kind == HealthCheckKind.Https,
            (check, isTls) => isTls ? check with { Kind = HealthCheckKind.Https } : check,
            since: 12
        );

    public static Layout<Pool> Pool { get; } =
        new Layout<Pool>("pool", new Pool { Name = "" })
            .Required(1, ValueCodec.Text, pool => pool.Name, (pool, name) => pool with { Name = name }, since: 5)
            .Optional(2, ValueCodec.Enum<BalancingMethod>(), pool => pool.Method, (pool, method) => pool with { Method = method })
            .Repeated(
                3,
                _member,
                pool => pool.Members.Values,
                (pool, members) =>
                    pool with
                    {
                        Members = Devices.Pool.NoMembers.SetItems(members.Select(member => KeyValuePair.Create(member.Name, member))),
                    }
            )
            .Optional(4, _check, pool => pool.Check!, (pool, check) => pool with { Check = check }, since: 7)
            .Optional(
                5,
                ValueCodec.UInt16,
                pool => pool.SlowStartSeconds,
                (pool, seconds) => pool with { SlowStartSeconds = seconds },
                since: 7
            );

    public static Layout<Balancer> Balancer { get; } = new Layout<Balancer>(
            "balancer",
            new Balancer
            {
                Name = "",
                Address = default,
                Ports = default,
                Pool = "",
            }
        ).Required(1, ValueCodec.Text, balancer => balancer.Name, (balancer, name) => balancer with { Name = name }, since: 5).Required(2, ValueCodec.Ip, balancer => balancer.Address, (balancer, address) => balancer with { Address = address }, since: 5).Required(3, RuleLayouts.Ports, balancer => balancer.Ports, (balancer, ports) => balancer with { Ports = ports }, since: 5).Required(4, ValueCodec.Text, balancer => balancer.Pool, (balancer, pool) => balancer with { Pool = pool }, since: 5).Optional(5, ValueCodec.OrNull(ValueCodec.UInt8), balancer => balancer.Protocol, (balancer, protocol) => balancer with { Protocol = protocol }).Optional(6, ValueCodec.UInt16, balancer => balancer.PersistSeconds, (balancer, seconds) => balancer with { PersistSeconds = seconds }).Optional(7, ValueCodec.Bool, balancer => balancer.PersistsAcrossPorts, (balancer, across) => balancer with { PersistsAcrossPorts = across });
}
