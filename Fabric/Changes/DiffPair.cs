using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>The network and how it should be, brought to the same ids.</summary>
internal sealed class DiffPair
{
    private readonly HashSet<DeviceRef> _going;

    /// <summary>Compares.</summary>
    /// <param name="current">The network.</param>
    /// <param name="wanted">How it should be.</param>
    /// <param name="isPruning">What is not wanted is to go.</param>
    /// <param name="isRenumbering">A port that is wanted at another device gets another id, as it must when that is done.</param>
    public DiffPair(TopologySnapshot current, TopologySnapshot wanted, bool isPruning, bool isRenumbering)
    {
        Current = current;
        var ids = new Dictionary<DeviceRef, ulong>();
        var taken = TopologyAssembly.DevicesOf(current).Select(device => device.Ref).ToHashSet();
        foreach (var device in TopologyAssembly.DevicesOf(wanted))
        {
            var old = current.Find(device.Ref.Kind, device.Name);
            var isMoved = isRenumbering && old is Port oldPort && !IsSameDevice(current, oldPort.Owner, wanted, ((Port)device).Owner);
            if (isMoved)
                Moved.Add((Port)old!);
            ids[device.Ref] = old is null || isMoved ? FreeId(device.Ref, taken) : old.Ref.Id;
        }
        var translation = new IdTranslation(ids);
        var devices = TopologyAssembly.DevicesOf(wanted).Select(translation.Of);
        var others = TopologyAssembly.DevicesOf(current).Where(device => wanted.Find(device.Ref.Kind, device.Name) is null).ToList();
        if (isPruning)
            Unwanted = [.. others.OrderBy(device => (device.Ref.Kind, device.Name))];
        else
            devices = devices.Concat(FollowMoved(others, wanted, ids));
        // In the order of names: the same description gives the same commands, whatever its ids.
        Wanted = [.. devices.Select(DeviceRules.Normalize).OrderBy(device => (device.Ref.Kind, device.Name))];
        WantedById = Wanted.ToDictionary(device => device.Ref);
        _going = [.. Unwanted.Concat(Moved).Select(device => device.Ref)];
    }

    /// <summary>The network.</summary>
    public TopologySnapshot Current { get; }

    /// <summary>Every wanted device, with the id of the one of its name, if there is one, and with its peer.</summary>
    public IReadOnlyList<Device> Wanted { get; }

    /// <summary>The same by id.</summary>
    public IReadOnlyDictionary<DeviceRef, Device> WantedById { get; }

    /// <summary>Devices of the network that are to go.</summary>
    public IReadOnlyList<Device> Unwanted { get; } = [];

    /// <summary>Ports of the network that are wanted at another device: they are to go, and come again with another id.</summary>
    public List<Port> Moved { get; } = [];

    /// <summary>The device is to go, or to come again with another id.</summary>
    public bool IsGoing(DeviceRef device) => _going.Contains(device);

    /// <summary>Chains that nobody described but that name a port which gets another id: they are to name it by that.</summary>
    private IEnumerable<Device> FollowMoved(List<Device> others, TopologySnapshot wanted, Dictionary<DeviceRef, ulong> ids)
    {
        var moves = Moved.ToDictionary(port => port.Ref, port => ids[wanted.Find(DeviceKind.Port, port.Name)!.Ref]);
        var translation = new IdTranslation(moves);
        return others.Where(device => device is Chain && device.References.Any(moves.ContainsKey)).Select(translation.Of);
    }

    private static bool IsSameDevice(TopologySnapshot current, DeviceRef old, TopologySnapshot wanted, DeviceRef now) =>
        old.Kind == now.Kind && current.Find(old)?.Name == wanted.Find(now)?.Name;

    /// <summary>An id that no device has: the wanted one if possible, else others in an order that only depends on it.</summary>
    private static ulong FreeId(DeviceRef wished, HashSet<DeviceRef> taken)
    {
        while (wished.Id == 0 || !taken.Add(wished))
            wished = wished with { Id = Next(wished.Id) };
        return wished.Id;
    }

    /// <summary>A step of SplitMix64 (Steele, Lea, Flood, 2014), which goes through all numbers.</summary>
    private static ulong Next(ulong id)
    {
        id += 0x9e37_79b9_7f4a_7c15;
        id = (id ^ id >> 30) * 0xbf58_476d_1ce4_e5b9;
        id = (id ^ id >> 27) * 0x94d0_49bb_1331_11eb;
        return id ^ id >> 31;
    }
}
