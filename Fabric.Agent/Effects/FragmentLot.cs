using Fabric.Agent.Upcalls;
using Fabric.Connections;

namespace Fabric.Agent.Effects;

/// <summary>What the first fragments of packets have told, and later ones that came before theirs: these wait, bounded in number, by packet and by port, in bytes and in time.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread.</remarks>
public sealed class FragmentLot(TimeProvider clock)
{
    /// <summary>Fragments that wait at most, in all.</summary>
    public const int MaxWaiting = 1024;

    /// <summary>Fragments of one packet: as many as the longest has at an MTU of 1280 bytes.</summary>
    public const int MaxPerPacket = 52;

    /// <summary>Fragments that came in by one port.</summary>
    public const int MaxPerPort = 256;

    /// <summary>Bytes that wait at most, in all.</summary>
    public const int MaxBytes = 2 << 20;

    /// <summary>How long a fragment waits for the first of its packet: networks change the order by less, and what was lost does not come.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly FragmentTable _told = new();
    private readonly Dictionary<FragmentKey, List<ParkedPacket>> _waiting = [];
    private readonly Queue<(FragmentKey Key, TimeSpan Since)> _order = new();
    private readonly List<FragmentKey> _ready = [];
    private readonly PortShares _shares = new(MaxPerPort);
    private int _bytes;

    /// <summary>What was told, for simulations.</summary>
    public IFragments Told => _told;

    /// <summary>Fragments that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Fragments that found no room to wait, or waited too long.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Packets whose first fragment was forgotten before its time, for want of room.</summary>
    public long GaveWay => _told.GaveWay;

    /// <summary>The first fragment came that others wait for.</summary>
    public bool HasReady => _ready.Count > 0;

    private TimeSpan Now => clock.GetElapsedTime(0, clock.GetTimestamp());

    /// <summary>A first fragment told of its packet.</summary>
    public void Tell(in FragmentKey key, FragmentHead head)
    {
        _told.Remember(key, head, Now);
        if (_waiting.ContainsKey(key))
            _ready.Add(key);
    }

    /// <summary>Lets a later fragment wait.</summary>
    public void Park(in FragmentKey key, ParkedPacket fragment)
    {
        var isFirst = !_waiting.TryGetValue(key, out var others);
        var hasRoom = Waiting < MaxWaiting && _bytes + fragment.Frame.Length <= MaxBytes && (isFirst || others!.Count < MaxPerPacket);
        if (!hasRoom || !_shares.TryTake(fragment.Payer))
        {
            GivenUp++;
            return;
        }
        if (isFirst)
        {
            _waiting[key] = others = [];
            _order.Enqueue((key, Now));
        }
        others!.Add(fragment);
        Waiting++;
        _bytes += fragment.Frame.Length;
    }

    /// <summary>Takes the fragments whose wait has ended: their first came, or will not be waited for any more. Forgets packets whose time is over.</summary>
    /// <param name="ended">They are added here, in the order in which they came.</param>
    public void Tick(List<ParkedPacket> ended)
    {
        foreach (var key in _ready)
            Take(key, ended);
        _ready.Clear();
        var now = Now;
        while (_order.TryPeek(out var oldest) && (oldest.Since + MaxWait <= now || !_waiting.ContainsKey(oldest.Key)))
        {
            _order.Dequeue();
            if (!_waiting.TryGetValue(oldest.Key, out var late))
                continue;
            GivenUp += late.Count;
            _told.Lose(oldest.Key, now);
            Take(oldest.Key, ended);
        }
        _told.Expire(now);
    }

    private void Take(in FragmentKey key, List<ParkedPacket> ended)
    {
        if (!_waiting.Remove(key, out var fragments))
            return;
        foreach (var fragment in fragments)
        {
            _shares.Return(fragment.Payer);
            Waiting--;
            _bytes -= fragment.Frame.Length;
        }
        ended.AddRange(fragments);
    }
}
