namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>What is known of the links of one namespace; turns readings into differences.</summary>
/// <remarks>
/// A reading that says nothing new gives no difference, so repeating one is harmless. An index that comes back under
/// another kind of link without having vanished is one change, like a renaming.
/// </remarks>
public sealed class LinkTable
{
    private readonly Dictionary<LinkIndex, Link> _links = [];

    /// <summary>The links known now, in no order.</summary>
    public IReadOnlyCollection<Link> Links => _links.Values;

    /// <summary>Takes in that a link exists and is like this.</summary>
    public void Seen(Link link, List<LinkChange> changes)
    {
        if (!_links.TryGetValue(link.Index, out var known))
        {
            changes.Add(new LinkChange(LinkChangeKind.Appeared, link));
        }
        else if (known != link)
        {
            changes.Add(new LinkChange(LinkChangeKind.Changed, link));
        }
        _links[link.Index] = link;
    }

    /// <summary>Takes in that a link is no more.</summary>
    public void Gone(LinkIndex index, List<LinkChange> changes)
    {
        if (_links.Remove(index, out var known))
        {
            changes.Add(new LinkChange(LinkChangeKind.Vanished, known));
        }
    }

    /// <summary>Takes in a complete list: what is not in it is no more.</summary>
    public void Replace(IReadOnlyList<Link> links, List<LinkChange> changes)
    {
        var present = links.Select(link => link.Index).ToHashSet();
        foreach (var index in _links.Keys.Where(index => !present.Contains(index)).ToList())
        {
            Gone(index, changes);
        }
        foreach (var link in links)
        {
            Seen(link, changes);
        }
    }
}
