using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Feed;

/// <content>The side that feeds others.</content>
public sealed partial class RelayActor
{
    /// <summary>Entries that are kept as bytes: as many followers ask for the same.</summary>
    private const int MaxWritten = 256;

    private readonly Dictionary<HostId, FeedFollower> _followers = [];
    private readonly Dictionary<long, (EntryHash Hash, byte[] Bytes)> _written = [];

    private RelayReach ReachOfAll() => _followers.Values.Aggregate(_own(), (all, follower) => all.With(follower.Reach));

    /// <summary>Notes where a follower is; what it was sent after that and did not take is sent again.</summary>
    private void Note(HostId host, RelayMessage.Ask ask)
    {
        Send(host, new RelayMessage.Standing(_feed.Head.Place, _way));
        if (ask.Credit <= 0)
            return;
        if (!_followers.TryGetValue(host, out var follower))
            _followers.Add(host, follower = new FeedFollower());
        var offset = Math.Max(0, ask.Offset - ask.Offset % EntryAssembly.PartBytes);
        (follower.Next, follower.Offset) = (ask.After.Position + 1, offset);
        (follower.Credit, follower.Asked, follower.Reach) = (Math.Min(ask.Credit, Credit), _time.GetTimestamp(), ask.Reach);
    }

    private async ValueTask FeedAllAsync()
    {
        foreach (var (host, follower) in _followers.ToArray())
        {
            if (_time.GetElapsedTime(follower.Asked) > Patience)
                _followers.Remove(host);
            else if (!await FeedAsync(host, follower))
            {
                _followers.Remove(host);
                Send(host, new RelayMessage.Refusal());
            }
        }
    }

    /// <summary>Sends a follower what it has credit for.</summary>
    /// <returns>False if what comes next is not held here.</returns>
    private async ValueTask<bool> FeedAsync(HostId host, FeedFollower follower)
    {
        while (follower.Credit > 0 && follower.Next <= _feed.Head.Position)
        {
            if (await FindAsync(follower.Next) is not { } bytes)
                return false;
            while (follower.Credit > 0 && follower.Offset < bytes.Length)
            {
                var length = Math.Min(EntryAssembly.PartBytes, bytes.Length - follower.Offset);
                var part = new RelayMessage.Part(
                    follower.Next,
                    follower.Offset,
                    bytes.Length,
                    ImmutableArray.Create(bytes, follower.Offset, length)
                );
                if (!Send(host, part))
                    return true;
                follower.Offset += length;
                follower.Credit--;
            }
            if (follower.Offset >= bytes.Length)
                (follower.Next, follower.Offset) = (follower.Next + 1, 0);
        }
        return true;
    }

    /// <summary>The bytes of an entry; null if it cannot be had.</summary>
    private async ValueTask<byte[]?> FindAsync(long position)
    {
        if (!_feed.TryTake(position - 1, out var items))
            items = await _feed.ReadAsync(position - 1, _stop.Token);
        if (items.IsEmpty)
            return null;
        var item = items[0];
        if (_written.TryGetValue(position, out var written) && written.Hash == item.Hash)
            return written.Bytes;
        var bytes = FeedCodec.Encode(new FeedMessage.Entry(item.Head.Place, item.Entry));
        if (_written.Count >= MaxWritten)
            _written.Clear();
        _written[position] = (item.Hash, bytes);
        return bytes;
    }
}
