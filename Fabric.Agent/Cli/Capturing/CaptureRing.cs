using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Packets that wait at their host until who captures them has fetched them.</summary>
/// <remarks>Owned by whoever locks it. What has been told is kept until the next question says that it came.</remarks>
/// <param name="after">The number of the last packet that has come to who asks, from a ring before this one; 0 for none.</param>
internal sealed class CaptureRing(long after)
{
    // Tells a ring from one before it: who asks learns that packets between the two are missing.
    private readonly string _name = $"{Guid.NewGuid():N}"[..12];

    /// <summary>Packets that wait at most; of more the earliest are lost.</summary>
    public const int MaxFrames = 8192;

    /// <summary>Bytes of packets that wait at most.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Bytes of packets in one answer; one packet at least.</summary>
    public const int AnswerBytes = 128 << 10;

    private readonly Queue<CapturedFrame> _waiting = new();
    private long _bytes;
    private DateTimeOffset _until = DateTimeOffset.UnixEpoch;
    private long _first = after + 1; // the number of the packet that has waited longest

    /// <summary>Packets that were not fetched in time.</summary>
    public long Lost { get; private set; }

    /// <summary>Keeps what is told.</summary>
    public void Add(in CaptureNews news)
    {
        if (news.Frame is not { } frame)
        {
            _until = news.Until;
            return;
        }
        _waiting.Enqueue(frame);
        _bytes += frame.Bytes.Length;
        while (_waiting.Count > MaxFrames || _bytes > MaxBytes)
        {
            Forget();
            Lost++;
        }
    }

    /// <summary>The packets that come next, as data: `first` is the number of the first, `lost` how many are missing in the ring `ring`, and none that comes later is of before `until`.</summary>
    /// <param name="after">The number of the last one that has come to who asks; 0 for none.</param>
    /// <param name="missed">Packets that were lost before they came here.</param>
    public JsonObject Tell(long after, long missed = 0)
    {
        while (_waiting.Count > 0 && _first <= after)
            Forget();
        var (items, bytes, until) = (new JsonArray(), 0, _until);
        foreach (var (packet, frame) in _waiting)
        {
            if (items.Count > 0 && bytes + frame.Length > AnswerBytes)
            {
                until = packet.Time;
                break;
            }
            bytes += frame.Length;
            items.Add(CaptureJson.Of(packet, frame));
        }
        return new JsonObject
        {
            ["first"] = _first,
            ["ring"] = _name,
            ["lost"] = Lost + missed,
            ["until"] = CaptureJson.Ticks(until),
            ["items"] = items,
        };
    }

    private void Forget()
    {
        _bytes -= _waiting.Dequeue().Bytes.Length;
        _first++;
    }
}
