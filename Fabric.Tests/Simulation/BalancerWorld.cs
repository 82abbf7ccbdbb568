using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>The usual world with a balancer at 203.0.113.80, and 2001:db8:ffff::80, for ports 80 to 89 of the two stations inside.</summary>
internal sealed class BalancerWorld
{
    public const string Vip = "203.0.113.80";
    public const string Vip6 = "2001:db8:ffff::80";

    public NatWorld Nat { get; } = new();

    public RouterWorld World => Nat.World;

    public BalancerWorld(Func<Pool, Pool>? pool = null, Func<Balancer, Balancer>? balancer = null)
    {
        pool ??= same => same;
        balancer ??= same => same;
        Put(pool(PoolOf("web", "10.0.0.1", "10.0.0.2")), balancer(BalancerOf("shop", Vip, "web")));
        Put(pool(PoolOf("web6", "fd00:a::1", "fd00:a::2")), balancer(BalancerOf("shop6", Vip6, "web6")));
    }

    public void Put(Pool pool, params Balancer[] balancers) => World.Net.Balance("edge", pool, balancers);

    /// <summary>Changes a member of the pool for IPv4.</summary>
    public void Change(string member, Func<PoolMember, PoolMember> change)
    {
        var pool = World.Topology.Routers[World.Net.RouterId("edge")].Pools["web"];
        Put(pool with { Members = pool.Members.SetItem(member, change(pool.Members[member])) });
    }

    /// <summary>A check has found a member of the pool for IPv4.</summary>
    public void Find(string member, byte percent, CheckResult result = CheckResult.NoAnswer, ushort status = 0)
    {
        var pool = PoolKey.Of(World.Net.RouterId("edge"), "web");
        var key = MemberKey.Of(pool, World.Topology.Routers[pool.Router].Pools["web"].Members[member]);
        var known = World.Learned.Health.GetValueOrDefault(pool) ?? PoolHealth.Unknown;
        World.Learned = World.Learned with
        {
            Health = World.Learned.Health.SetItem(pool, known.With(key, new MemberHealth(percent, result, status))),
        };
    }

    public static Pool PoolOf(string name, params string[] members) =>
        new()
        {
            Name = name,
            Members = Pool.NoMembers.SetItems(
                members.Select(
                    (address, i) =>
                        KeyValuePair.Create(
                            $"vm{i + 1}",
                            new PoolMember
                            {
                                Name = $"vm{i + 1}",
                                Address = IpAddress.Parse(address),
                                Port = 8080,
                            }
                        )
                )
            ),
        };

    public static Balancer BalancerOf(string name, string address, string pool) =>
        new()
        {
            Name = name,
            Address = IpAddress.Parse(address),
            Ports = new PortRange(80, 89),
            Pool = pool,
        };

    /// <summary>From a client outside; what the member gets, and the port that it leaves by.</summary>
    public (string Member, FlowKey Packet) Ask(
        ushort sourcePort,
        string client = NatWorld.Remote,
        string vip = Vip,
        ushort port = 80,
        byte protocol = IpProtocol.Tcp,
        TcpFlags flags = TcpFlags.Syn
    )
    {
        var verdict = Nat.Send("uplink", NatWorld.Packet(client, vip, sourcePort, port, protocol, flags), RouterWorld.UplinkMac);
        verdict.Kind.ShouldBe(VerdictKind.Forward);
        World.Scratch.Outputs.Count.ShouldBe(1);
        var output = World.Scratch.Outputs[0];
        return (output.Port == World.Net.PortId("vm1") ? "vm1" : "vm2", output.Packet.Key);
    }

    /// <summary>The answer to what a member got; what leaves by a port.</summary>
    public FlowKey Answer(string member, in FlowKey asked, string by = "uplink", TcpFlags flags = TcpFlags.Syn | TcpFlags.Ack)
    {
        var answer = NatWorld.Packet($"{asked.NwDst}", $"{asked.NwSrc}", asked.TpDst, asked.TpSrc, asked.IpProto, flags);
        Nat.Send(member, answer, RouterWorld.InsideMac).Kind.ShouldBe(VerdictKind.Forward);
        return World.OnlyOutput(by);
    }

    /// <summary>How many of some connections came to the first member.</summary>
    public int CountOfFirst(int connections, ushort first = 20_000) =>
        Enumerable.Range(first, connections).Count(port => Ask((ushort)port).Member == "vm1");
}
