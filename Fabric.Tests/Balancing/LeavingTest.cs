using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Balancing;

/// <summary>What becomes of connections when one of two members leaves for a while: the plot of docs/balancing.md, second by second, packet by packet.</summary>
public class LeavingTest
{
    private const int Clients = 200;
    private const int Seconds = 90;
    private const int Leaves = 20;
    private const int Returns = 60;
    private const int ShortestSeconds = 5;
    private const int LongestSeconds = 25;

    private static readonly Pool s_both = BalancerWorld.PoolOf("web", "10.0.0.1", "10.0.0.2");
    private static readonly string[] s_ways = ["is draining", "is down", "is removed"];

    [Test]
    public void OfOneThatDrainsNoConnectionIsCut()
    {
        var seen = Observe(s_ways[0]);
        seen.ShouldAllBe(second => second.Cut == 0);
        seen[Leaves + LongestSeconds].First.ShouldBe(0, "the last has ended, and no new one came");
        seen[^1].First.ShouldBeGreaterThan(Clients / 4, "it is back");
    }

    [TestCase("is down")]
    [TestCase("is removed")]
    public void OfOneThatIsGoneAllAreCutAtOnceAndBeginAgainAtTheOther(string way)
    {
        var seen = Observe(way);
        // Some of those that it had ended in that very second.
        seen[Leaves].Cut.ShouldBeInRange(seen[Leaves - 1].First / 2, seen[Leaves - 1].First);
        seen[Leaves..Returns].ShouldAllBe(second => second.First == 0 && second.Second == Clients);
        seen[^1].Cut.ShouldBe(seen[Leaves].Cut, "one that comes back cuts none");
        seen[^1].First.ShouldBeGreaterThan(Clients / 4, "it is back");
    }

    [Test]
    public void ThePlotOfTheManualIsWhatComesAbout()
    {
        var panels = s_ways.Select(way => LeavingPlot.Panel($"One of two members {way} from second {Leaves} to {Returns}", Observe(way)));
        Repository.ShouldHold(Repository.File("docs", "images", "member-leaves.svg"), LeavingPlot.Of([.. panels], Clients));
    }

    /// <summary>As many clients as ever have a connection, for a random while each; one that is cut begins another at once.</summary>
    private static LeavingSecond[] Observe(string way)
    {
        var world = new BalancerWorld();
        var random = new Random(1);
        ushort next = 1024;
        var ends = new int[Clients];
        var ports = new ushort[Clients];
        var members = new string[Clients];
        var cut = 0;
        var seen = new LeavingSecond[Seconds];
        for (var second = 0; second < Seconds; second++)
        {
            if (second == Leaves)
                Leave(world, way);
            if (second == Returns)
                world.Put(s_both);
            for (var client = 0; client < Clients; client++)
            {
                var isNew = second >= ends[client];
                if (!isNew && IsReset(world, ports[client]))
                {
                    members[client].ShouldBe("vm1", "no connection of the one that stays is cut");
                    (cut, isNew) = (cut + 1, true);
                }
                if (isNew)
                {
                    ports[client] = next++;
                    // The first second has connections of all ages.
                    ends[client] = second + random.Next(second == 0 ? 1 : ShortestSeconds, LongestSeconds + 1);
                    (members[client], var asked) = world.Ask(ports[client]);
                    world.Answer(members[client], asked);
                }
                world.Ask(ports[client], flags: TcpFlags.Ack).Member.ShouldBe(members[client], "it stays where it is");
            }
            var first = members.Count(member => member == "vm1");
            seen[second] = new LeavingSecond(first, Clients - first, cut);
        }
        return seen;
    }

    private static void Leave(BalancerWorld world, string way)
    {
        if (way == s_ways[2])
            world.Put(s_both with { Members = s_both.Members.Remove("vm1") });
        else
            world.Change("vm1", member => member with { State = way == s_ways[0] ? PoolMemberState.Draining : PoolMemberState.Down });
    }

    private static bool IsReset(BalancerWorld world, ushort port)
    {
        var packet = NatWorld.Packet(NatWorld.Remote, BalancerWorld.Vip, port, 80, IpProtocol.Tcp, TcpFlags.Ack);
        return world.Nat.Send("uplink", packet, RouterWorld.UplinkMac).Reason == DropReason.NoPoolMember;
    }
}
