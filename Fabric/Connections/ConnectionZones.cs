using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>The devices that connections are of, by number: four bytes in each entry instead of sixteen.</summary>
/// <remarks>Not thread-safe. As many as there were devices with connections; a number is never given again.</remarks>
internal sealed class ConnectionZones
{
    private readonly Dictionary<DeviceRef, int> _numbers = [];
    private readonly List<DeviceRef> _devices = [];

    /// <summary>The device of a number.</summary>
    public DeviceRef this[int number] => _devices[number];

    /// <summary>The number of a device that had a connection; false if it never had one.</summary>
    public bool TryFind(DeviceRef device, out int number) => _numbers.TryGetValue(device, out number);

    /// <summary>The number of a device.</summary>
    public int NumberOf(DeviceRef device)
    {
        if (_numbers.TryGetValue(device, out var number))
            return number;
        number = _devices.Count;
        _devices.Add(device);
        _numbers.Add(device, number);
        return number;
    }
}
