using Fabric.Addresses;
using Fabric.Balancing;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Balancing;

/// <summary>How evenly connections come to members: the table of docs/balancing.md.</summary>
public class SpreadTest
{
    private const int Members = 100;
    private const int PerClient = 10;
    private static readonly DeviceRef Router = new RouterId(1);

    [TestCase(BalancingMethod.Maglev, 1.13)]
    [TestCase(BalancingMethod.LeastConnections, 1.001)]
    public void TenThousandConnectionsAreEven(BalancingMethod method, double most) =>
        Spread(method, 10_000, isPersistent: false, members: 10).ShouldBeLessThanOrEqualTo(most);

    [TestCase(BalancingMethod.Maglev, 1.13)]
    [TestCase(BalancingMethod.LeastConnections, 1.03)]
    public void MembersHaveThePartsThatTheirWeightsSay(BalancingMethod method, double most) =>
        Spread(method, 20_000, isPersistent: false, members: 10, WeightOf).ShouldBeLessThanOrEqualTo(most);

    [Test, Explicit("prints the table of docs/balancing.md; takes a minute")]
    public void TheTablesOfTheManual()
    {
        Tell(_ => 1);
        TestContext.Out.WriteLine("weights 1 to 10:");
        Tell(WeightOf);
    }

    private static int WeightOf(int number) => 1 + number % 10;

    private static void Tell(Func<int, int> weight)
    {
        TestContext.Out.WriteLine(
            "| connections | mean | maglev | maglev, persist | source | least | least, persist |\n|---|---|---|---|---|---|---|"
        );
        foreach (var connections in new[] { 1000, 10_000, 100_000, 1_000_000 })
        {
            string Of(BalancingMethod method, bool isPersistent) => $"{Spread(method, connections, isPersistent, Members, weight):0.00}";
            TestContext.Out.WriteLine(
                $"| {connections} | {connections / Members} | {Of(BalancingMethod.Maglev, false)} | {Of(BalancingMethod.Maglev, true)} "
                    + $"| {Of(BalancingMethod.Source, false)} | {Of(BalancingMethod.LeastConnections, false)} | {Of(BalancingMethod.LeastConnections, true)} |"
            );
        }
    }

    /// <summary>What the member has that has most for its weight, in parts of what it should have. Each client begins ten connections, in any order with others'.</summary>
    private static double Spread(BalancingMethod method, int connections, bool isPersistent, int members, Func<int, int>? weight = null)
    {
        var random = new Random(connections);
        var pool = PoolOf(members, weight ?? (_ => 1));
        var table = PoolTable.Of(pool);
        var remembered = new ConnectionTable(new ConnectionLimits(connections + 1, connections + 1));
        var order = Enumerable.Range(0, connections).ToArray();
        random.Shuffle(order);
        var clients = Enumerable.Range(0, connections / PerClient).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
        var stays = new Dictionary<int, PoolMember>();
        var counts = new Dictionary<PoolMember, int>();
        foreach (var number in order)
        {
            var key = new ConnectionKey(
                Router,
                IpProtocol.Tcp,
                IpAddress.Of(IpFamily.V4, clients[number / PerClient]),
                IpAddress.Of(IpFamily.V4, 0xcb00_7150),
                (ushort)(40_000 + number % PerClient),
                80,
                IsTranslated: true
            );
            if (!isPersistent || !stays.TryGetValue(number / PerClient, out var member))
                member = MemberChoice.Of(remembered, method, table, key);
            stays[number / PerClient] = member;
            counts[member] = counts.GetValueOrDefault(member) + 1;
            if (method == BalancingMethod.LeastConnections)
            {
                var back = key.ReverseAt(Router) with { Source = member.Address, SourcePort = 8080 };
                remembered.Open(key, back, new PortId(1), TcpFlags.Syn, default, [], out _).ShouldNotBe(ConnectionOutcome.Refused);
            }
        }
        var whole = pool.Members.Values.Sum(member => member.Weight);
        return counts.Max(count => count.Value * (double)whole / count.Key.Weight) / connections;
    }

    private static Pool PoolOf(int members, Func<int, int> weight) =>
        new()
        {
            Name = "p",
            Members = Pool.NoMembers.SetItems(
                Enumerable
                    .Range(0, members)
                    .Select(i => new PoolMember
                    {
                        Name = $"m{i}",
                        Address = IpAddress.Of(IpFamily.V4, 0x0a00_0000u + (uint)i),
                        Port = 8080,
                        Weight = weight(i),
                    })
                    .Select(member => KeyValuePair.Create(member.Name, member))
            ),
        };
}
