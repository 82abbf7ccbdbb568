using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Membership;

[TestFixture]
public sealed class DutiesTest
{
    private const int DutyCount = 1000;

    private static readonly Duty[] s_duties =
    [
        .. Enumerable.Range(1, DutyCount).Select(id => new Duty(DutyKind.HealthCheck, new PortId((ulong)id))),
    ];

    [Test]
    public void A_death_moves_only_the_duties_of_the_dead([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var view = RandomView(random);
        var live = view.Members.Where(member => member.State == MemberState.Live).ToArray();
        var dead = live[random.Next(live.Length)];
        var after = With(view, dead with { State = MemberState.Unreachable });
        foreach (var duty in s_duties)
        {
            var (was, now) = (OwnerOf(view, duty), OwnerOf(after, duty));
            if (was == dead.Host)
                now.ShouldNotBe(was, $"seed {seed}, {duty}");
            else
                now.ShouldBe(was, $"seed {seed}, {duty}");
            // And back again when it is back.
            OwnerOf(With(after, dead), duty).ShouldBe(was);
        }
    }

    [Test]
    public void Duties_go_to_live_members_of_the_role_only([Range(1, 40)] int seed)
    {
        var view = RandomView(new Random(seed));
        foreach (var duty in s_duties)
        {
            var owner = view.Members.Single(member => member.Host == OwnerOf(view, duty));
            (owner.State, owner.Roles & MemberRoles.Monitor).ShouldBe((MemberState.Live, MemberRoles.Monitor), $"seed {seed}");
        }
    }

    [Test]
    public void Every_member_has_its_share()
    {
        var view = new MemberView([.. Enumerable.Range(1, 10).Select(id => Member((ulong)id, MemberState.Live))], Task.CompletedTask);
        foreach (var share in s_duties.GroupBy(duty => OwnerOf(view, duty)))
            share.Count().ShouldBeInRange(DutyCount / 20, DutyCount / 5);
    }

    [Test]
    public void Kinds_are_shared_out_each_by_itself()
    {
        var view = new MemberView([.. Enumerable.Range(1, 10).Select(id => Member((ulong)id, MemberState.Live))], Task.CompletedTask);
        s_duties.Count(duty => OwnerOf(view, duty) == OwnerOf(view, duty with { Kind = DutyKind.Sweep })).ShouldBeLessThan(DutyCount / 5);
    }

    [Test]
    public void Without_a_live_member_of_the_role_nobody_does_it()
    {
        var view = new MemberView(
            [Member(1, MemberState.Unreachable), Member(2, MemberState.Live) with { Roles = MemberRoles.Edge }],
            Task.CompletedTask
        );
        OwnerOf(view, s_duties[0]).ShouldBeNull();
    }

    /// <summary>The share-out is part of what versions that run together agree on.</summary>
    [Test]
    public void The_share_out_is_what_it_was()
    {
        var view = new MemberView([.. Enumerable.Range(1, 5).Select(id => Member((ulong)id, MemberState.Live))], Task.CompletedTask);
        string.Concat(s_duties.Take(16).Select(duty => OwnerOf(view, duty)!.Value.Value / 0x9e3779b9)).ShouldBe("2353124142254252");
    }

    private static HostId? OwnerOf(MemberView view, Duty duty) => Duties.OwnerOf(view, MemberRoles.Monitor, duty);

    private static MemberView With(MemberView view, Member changed) =>
        view with
        {
            Members = [.. view.Members.Select(member => member.Host == changed.Host ? changed : member)],
        };

    private static Member Member(ulong id, MemberState state) => new(new HostId(id * 0x9e3779b9), $"h{id}", state, MemberRoles.All);

    private static MemberView RandomView(Random random)
    {
        var members = Enumerable
            .Range(1, 12)
            .Select(id =>
                Member((ulong)id, id <= 3 ? MemberState.Live : (MemberState)random.Next(4)) with
                {
                    Roles = id <= 3 ? MemberRoles.All : (MemberRoles)random.Next(16),
                }
            );
        return new MemberView(members.ToImmutableArray(), Task.CompletedTask);
    }
}
