using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>The zones that connections are looked up in, by number: a device, and apart from that what the device translates, and what is of IPv4 among directions of IPv6.</summary>
/// <remarks>Not thread-safe. As many as there were devices with connections; a number is never given again.</remarks>
internal sealed class ConnectionZones
{
    private const int RecentZones = 64;

    private readonly Dictionary<ConnectionZone, int> _numbers = [];
    private readonly List<ConnectionZone> _zones = [];
    private readonly List<RouterTimers> _timers = [];
    private PersistentMap<RouterId, Router> _routers = PersistentMap<RouterId, Router>.Empty;

    /// <summary>Of the zones that were asked for last, one for each of some hashes, and one more than its number: most packets are of few devices.</summary>
    private readonly (ConnectionZone Zone, int Next)[] _recent = new (ConnectionZone, int)[RecentZones];

    /// <summary>The zone of a number.</summary>
    public ConnectionZone this[int number] => _zones[number];

    /// <summary>How long connections are remembered that begin in the zone of a number.</summary>
    public RouterTimers TimersOf(int number) => _timers[number];

    /// <summary>Takes the timers of routers as they are described now.</summary>
    public void Follow(PersistentMap<RouterId, Router> routers)
    {
        if (ReferenceEquals(routers, _routers))
            return;
        _routers = routers;
        for (var number = 0; number < _zones.Count; number++)
            _timers[number] = ConnectionTimers.At(routers, _zones[number].Device);
    }

    /// <summary>The number of a zone; false if it never had a connection.</summary>
    public bool TryFind(in ConnectionZone zone, out int number)
    {
        ref var recent = ref _recent[(int)(zone.Device.Id * 2 + (zone.IsTranslated ? 1UL : 0)) & (RecentZones - 1)];
        number = recent.Next - 1;
        if (number >= 0 && recent.Zone == zone)
            return true;
        if (!_numbers.TryGetValue(zone, out number))
            return false;
        recent = (zone, number + 1);
        return true;
    }

    /// <summary>The number of a zone.</summary>
    public int NumberOf(in ConnectionZone zone)
    {
        if (TryFind(zone, out var number))
            return number;
        number = _zones.Count;
        _zones.Add(zone);
        _timers.Add(ConnectionTimers.At(_routers, zone.Device));
        _numbers.Add(zone, number);
        return number;
    }
}
