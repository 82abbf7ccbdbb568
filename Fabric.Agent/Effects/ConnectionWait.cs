using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Effects;

/// <summary>Packets of connections that nobody here knows, while the hosts are asked that may: answers can be faster than word of what they answer.</summary>
/// <remarks>
/// Owned by one upcall thread. A packet waits once, for as long as a question and its answer take, or word that was under way already; then it is
/// decided by what is known. Only those wait that would end here otherwise.
/// </remarks>
/// <param name="clock">The agent's.</param>
public sealed class ConnectionWait(TimeProvider clock)
{
    /// <summary>Questions at most a second; a packet for which there is none left is decided at once.</summary>
    public const int MaxQuestionsPerSecond = 1_000;

    /// <summary>Of these, for packets of one port.</summary>
    public const int MaxQuestionsPerPortAndSecond = 50;

    /// <summary>How long a packet waits: as an agent's turns take where its machine is busy, and well under the second after which TCP repeats a handshake.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(200);

    private readonly ParkingLot<FlowTag> _parking = new(clock, MaxWait);
    private readonly RateShares _questions = new(clock, MaxQuestionsPerSecond, MaxQuestionsPerPortAndSecond);
    private readonly List<ParkedPacket> _late = [];

    /// <summary>Asks other hosts; null where there are none.</summary>
    public Action<ConnectionKey, PortId>? Ask { get; set; }

    /// <summary>Packets that wait.</summary>
    public int Count => _parking.Count;

    /// <summary>When a packet that begins to wait now is decided at the latest, in ticks of the clock.</summary>
    public long Deadline => _parking.Deadline;

    /// <summary>Other hosts may be asked for a packet of a port.</summary>
    public bool MayAsk(PortId ingress) => Ask is not null && _parking.Count < ParkingLot<FlowTag>.MaxPackets && _questions.TryTake(ingress);

    /// <summary>Lets a packet wait for its connection, and asks for it.</summary>
    public void Park(in ConnectionKey key, ParkedPacket packet)
    {
        _parking.Park(key.Tag, packet);
        Ask?.Invoke(key, packet.Port);
    }

    /// <summary>Lookups have another answer now: what waited for one goes on.</summary>
    public void Hear(ReadOnlySpan<FlowTag> touched, Action<ParkedPacket> resume)
    {
        foreach (ref readonly var tag in touched)
        {
            if (_parking.Count == 0)
                return;
            if (tag.Kind != FlowTagKind.Connection)
                continue;
            foreach (var packet in _parking.Take(tag))
                resume(packet);
        }
    }

    /// <summary>What has waited for long enough goes on.</summary>
    public void Tick(Action<ParkedPacket> resume)
    {
        _late.Clear();
        _parking.TakeLate(_late);
        foreach (var packet in _late)
            resume(packet);
    }
}
