using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Membership;

/// <summary>A tunnel key that was freed rests until no host can send by it any more: docs/decisions/0020.</summary>
[TestFixture]
public sealed class KeyReuseTest
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Every_described_host_counts_and_one_of_which_nothing_is_known_holds_all_up()
    {
        var topology = Hosts(1, 2, 3);
        PositionOf(topology, At(1, 50), At(2, 40)).ShouldBe(0);
        PositionOf(topology, At(1, 50), At(2, 40), At(3, 60)).ShouldBe(40);
        PositionOf(topology, At(1, 50), At(2, 40) with { State = MemberState.Unreachable }, At(3, 60)).ShouldBe(40);
        PositionOf(topology, At(1, 50), At(2, 40), At(3, 60) with { InForce = 30 }).ShouldBe(30);
        PositionOf(Hosts(1, 3), At(1, 50), At(2, 40) with { State = MemberState.Left }, At(3, 60)).ShouldBe(50);
        PositionOf(Hosts()).ShouldBe(0);
    }

    [Test]
    public void A_freed_key_is_given_when_all_have_passed_its_position_and_a_day_has_gone()
    {
        Bind(KeyHorizon.At(1, s_now)).IsAccepted.ShouldBeTrue();
        Bind(KeyHorizon.At(0, s_now)).Rejection.ShouldNotBeNull().Message.ShouldContain("tunnel keys");
        Bind(KeyHorizon.At(1, s_now - TimeSpan.FromHours(2))).Rejection.ShouldNotBeNull();
    }

    [Test]
    public void What_members_have_passed_is_what_the_appender_goes_by()
    {
        var state = new ReplicaState(OutOfKeys(), JournalHead.Start);
        var wish = new CommandEnvelope(new RequestId(1), "ana", "", new TopologyCommand.PutDevice(NewPort()));
        var proposal = new Proposal(wish, new JournalHead(77, default), Decision.Accept([]), CancellationToken.None);
        new AppendDraft(state, s_now, LowestLevel.Own).Add(proposal).ShouldBeOfType<StoreOutcome.Refused>();
        new AppendDraft(state, s_now, LowestLevel.Own, KeyHorizon.At(1, s_now)).Add(proposal).ShouldBeOfType<StoreOutcome.Fulfilled>();
    }

    private static Decision Bind(KeyHorizon horizon) =>
        TopologyDecisions.Decide(OutOfKeys(), new TopologyCommand.PutDevice(NewPort()), out _, horizon);

    private static Port NewPort() =>
        new()
        {
            Id = new PortId(99),
            Name = new DeviceName("acme", "late"),
            Owner = new RouterId(1),
            Mac = new MacAddress(0x020000000099),
            Addresses = [],
            Binding = new HostBinding(new HostId(1), "late"),
        };

    /// <summary>Of two keys one is in use, and the other was freed a day and a little ago at position 1.</summary>
    private static TopologySnapshot OutOfKeys()
    {
        var keys = TunnelKeys.None with { Highest = TunnelKeys.Lowest + 1, Now = s_now - TimeSpan.FromHours(25) };
        keys = keys.With(new PortId(1), TunnelKeys.Lowest).With(new PortId(2), TunnelKeys.Lowest + 1).Without(new PortId(2), 1);
        var topology = TopologyEvolution.Apply(
            Hosts(1),
            new TopologyEvent.DeviceCreated(new Router { Id = new RouterId(1), Name = new DeviceName("acme", "r") })
        );
        return topology with { TunnelKeys = keys };
    }

    private static TopologySnapshot Hosts(params ulong[] ids) =>
        ids.Aggregate(
            TopologySnapshot.Empty,
            (topology, id) =>
                TopologyEvolution.Apply(
                    topology,
                    new TopologyEvent.DeviceCreated(new Host { Id = new HostId(id), Name = new DeviceName("", $"h{id}") })
                )
        );

    private static Member At(ulong host, long position) =>
        new(new HostId(host), $"h{host}", MemberState.Live, MemberRoles.All, position) { InForce = position };

    private static long PositionOf(TopologySnapshot topology, params Member[] members) =>
        MemberHorizon.PositionOf(topology, members.ToImmutableArray());
}
