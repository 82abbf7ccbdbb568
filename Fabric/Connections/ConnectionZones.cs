using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>The zones that connections are looked up in, by number: a device, and apart from that what the device translates.</summary>
/// <remarks>Not thread-safe. As many as there were devices with connections; a number is never given again.</remarks>
internal sealed class ConnectionZones
{
    private readonly Dictionary<(DeviceRef Device, bool IsTranslated), int> _numbers = [];
    private readonly List<(DeviceRef Device, bool IsTranslated)> _zones = [];

    /// <summary>The zone of a number.</summary>
    public (DeviceRef Device, bool IsTranslated) this[int number] => _zones[number];

    /// <summary>The number of a key's zone; false if it never had a connection.</summary>
    public bool TryFind(in ConnectionKey key, out int number) => _numbers.TryGetValue((key.Device, key.IsTranslated), out number);

    /// <summary>The number of a key's zone.</summary>
    public int NumberOf(in ConnectionKey key)
    {
        var zone = (key.Device, key.IsTranslated);
        if (_numbers.TryGetValue(zone, out var number))
            return number;
        number = _zones.Count;
        _zones.Add(zone);
        _numbers.Add(zone, number);
        return number;
    }
}
