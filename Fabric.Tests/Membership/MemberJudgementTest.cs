using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Membership;

[TestFixture]
public sealed class MemberJudgementTest
{
    private const MemberState Live = MemberState.Live;
    private const MemberState Joining = MemberState.Joining;
    private const MemberState Away = MemberState.Unreachable;

    // The columns: heard, silent, never, no way. AsBefore stands for what it was.
    private static readonly MemberState AsBefore = (MemberState)99;

    private static readonly Dictionary<LeaseStanding, MemberState?[]> s_table = new()
    {
        [LeaseStanding.Fresh] = [Live, Away, Joining, Live],
        [LeaseStanding.Expired] = [Away, Away, Away, Away],
        [LeaseStanding.None] = [Joining, Away, null, null],
        [LeaseStanding.Unknown] = [Live, Away, AsBefore, AsBefore],
    };

    [Test]
    public void Every_pair_is_judged_as_the_table_says([Values] LeaseStanding lease, [Values] PeerHearing hearing)
    {
        MemberState?[] befores = [null, .. Enum.GetValues<MemberState>()];
        foreach (var before in befores)
        {
            var expected = s_table[lease][(int)hearing] is { } state && state == AsBefore ? before : s_table[lease][(int)hearing];
            MemberJudgement.Judge(lease, hearing, before).ShouldBe(expected, $"{lease}, {hearing}, before {before}");
        }
    }

    [Test]
    public void Nobody_is_worse_off_because_the_database_is_away([Values] PeerHearing hearing)
    {
        foreach (var known in Enum.GetValues<LeaseStanding>().Where(known => known != LeaseStanding.Unknown))
        {
            var before = MemberJudgement.Judge(known, hearing, null);
            var after = MemberJudgement.Judge(LeaseStanding.Unknown, hearing, before);
            if (after == Away)
                before.ShouldBe(Away, $"{known}, {hearing}");
        }
    }

    [Test]
    public void A_pair_is_evidence_if_the_state_of_before_does_not_matter([Values] LeaseStanding lease, [Values] PeerHearing hearing)
    {
        var isSame = MemberJudgement.Judge(lease, hearing, Live) == MemberJudgement.Judge(lease, hearing, Away);
        MemberJudgement.IsEvidence(lease, hearing).ShouldBe(isSame);
    }

    [Test]
    public void An_agent_that_has_told_its_key_is_waited_for_until_it_might_have_been_heard()
    {
        MemberJudgement.Presume(hasTakenPart: false, TimeSpan.FromSeconds(60)).ShouldBeNull();
        MemberJudgement.Presume(hasTakenPart: true, TimeSpan.FromSeconds(4)).ShouldBe(Joining);
        MemberJudgement.Presume(hasTakenPart: true, TimeSpan.FromSeconds(4.1)).ShouldBe(Away);
    }

    [Test]
    public void A_lease_is_judged_only_when_its_agent_had_time_to_renew_it()
    {
        var old = Row(age: 3600);
        Standing(old, readable: null).ShouldBe(LeaseStanding.Unknown);
        Standing(old, readable: 14).ShouldBe(LeaseStanding.Unknown, "the database came back a moment ago");
        Standing(old, readable: 15).ShouldBe(LeaseStanding.Expired);
        Standing(Row(age: 14), readable: 0).ShouldBe(LeaseStanding.Fresh);
        Standing(null, readable: 0).ShouldBe(LeaseStanding.Unknown);
        Standing(null, readable: 15).ShouldBe(LeaseStanding.None);
        Standing(Row(age: 0) with { IsReleased = true }, readable: 0).ShouldBe(LeaseStanding.Expired, "its agent said so");
    }

    [Test]
    public void An_agent_is_heard_for_four_seconds_unless_it_said_that_it_ends()
    {
        Hearing(hasWay: false, 0).ShouldBe(PeerHearing.NoWay);
        Hearing(hasWay: true, null).ShouldBe(PeerHearing.Never);
        Hearing(hasWay: true, 4).ShouldBe(PeerHearing.Heard);
        Hearing(hasWay: true, 4.1).ShouldBe(PeerHearing.Silent);
        MemberJudgement.HearingOf(true, TimeSpan.Zero, isLeaving: true).ShouldBe(PeerHearing.Silent);
    }

    private static PeerHearing Hearing(bool hasWay, double? seconds) =>
        MemberJudgement.HearingOf(hasWay, seconds is { } some ? TimeSpan.FromSeconds(some) : null, isLeaving: false);

    private static LeaseStanding Standing(LeaseRow? row, double? readable) =>
        MemberJudgement.StandingOf(row, readable is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static LeaseRow Row(double age) =>
        new(
            new Lease(new HostId(1), "h1", 1, new LeaseHolder("place", "boot"), MemberRoles.All, 3, 0),
            TimeSpan.FromSeconds(age),
            IsReleased: false
        );
}
