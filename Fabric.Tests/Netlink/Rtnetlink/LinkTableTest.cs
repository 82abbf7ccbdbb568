using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Netlink.Rtnetlink;

public class LinkTableTest
{
    private readonly LinkTable _table = new();

    [Test]
    public void A_link_appears_changes_and_vanishes_and_repetition_is_silent()
    {
        var link = Link(3, "web1");
        Told(changes => _table.Seen(link, changes)).ShouldBe([new LinkChange(LinkChangeKind.Appeared, link)]);
        Told(changes => _table.Seen(link with { }, changes)).ShouldBeEmpty();
        var up = link with { IsUp = true };
        Told(changes => _table.Seen(up, changes)).ShouldBe([new LinkChange(LinkChangeKind.Changed, up)]);
        Told(changes => _table.Gone(link.Index, changes)).ShouldBe([new LinkChange(LinkChangeKind.Vanished, up)]);
        Told(changes => _table.Gone(link.Index, changes)).ShouldBeEmpty();
    }

    [Test]
    public void A_whole_list_tells_only_the_differences()
    {
        Told(changes => _table.Replace([Link(1, "lo"), Link(2, "web1"), Link(3, "web2")], changes)).Count.ShouldBe(3);
        var told = Told(changes => _table.Replace([Link(1, "lo"), Link(3, "uno"), Link(4, "web4")], changes));
        told.ShouldBe([
            new LinkChange(LinkChangeKind.Vanished, Link(2, "web1")),
            new LinkChange(LinkChangeKind.Changed, Link(3, "uno")),
            new LinkChange(LinkChangeKind.Appeared, Link(4, "web4")),
        ]);
        _table.Links.Select(link => link.Name).ShouldBe(["lo", "uno", "web4"], ignoreOrder: true);
    }

    private static Link Link(int index, string name) => new() { Index = new LinkIndex(index), Name = name };

    private static List<LinkChange> Told(Action<List<LinkChange>> act)
    {
        var changes = new List<LinkChange>();
        act(changes);
        return changes;
    }
}
