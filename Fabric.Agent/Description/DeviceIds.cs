using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>Where the ids of described devices come from; a description names devices and never shows an id.</summary>
public static class DeviceIds
{
    /// <summary>Ids that follow from kind and name, for work without an agent.</summary>
    /// <param name="salt">Keeps two networks of equal names apart.</param>
    public static DeviceIdSource Derived(string salt = "") => (kind, name) => Math.Max(1, NameHash.Of($"{salt} {Nouns.One(kind)} {name}"));

    /// <summary>The ids that devices have already, and new ones for the others.</summary>
    /// <param name="topology">The state.</param>
    /// <param name="random">Gives a random number.</param>
    public static DeviceIdSource Keeping(TopologySnapshot topology, Func<ulong> random)
    {
        var given = new Dictionary<(DeviceKind, DeviceName), ulong>();
        return (kind, name) =>
        {
            if (topology.Names.TryGetValue((kind, name), out var known))
                return known.Id;
            if (!given.TryGetValue((kind, name), out var id))
                given[(kind, name)] = id = Math.Max(1, random());
            return id;
        };
    }
}
