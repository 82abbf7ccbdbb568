using System.Collections.Immutable;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>Which tunnel key names which port, and which bridge's floods; and which keys are still to be left alone.</summary>
/// <remarks>
/// <para>
/// Immutable. A key is a number of 24 bits that a packet carries between hosts (RFC 7348, section 5, VXLAN Network Identifier). A device has
/// one from the first time that a port of it is bound until it is deleted.
/// </para>
/// <para>
/// A host that has not followed the journal for days still sends by the keys that it knows. So keys are given in a circle, which takes sixteen
/// million to come round, and the key of a deleted device rests besides: no other device has it before all others have been given.
/// <code>
///   0   1        15  16                                                          0xffffff
///   |none| reserved |  given in a circle, resting ones last                              |
/// </code>
/// </para>
/// </remarks>
public sealed record TunnelKeys
{
    /// <summary>No device has a key.</summary>
    public static TunnelKeys None { get; } = new();

    /// <summary>The key on which hosts ask each other whether the way between them is up; no device's.</summary>
    public const uint Liveness = 1;

    /// <summary>The key by which such a question comes back.</summary>
    public const uint LivenessAnswer = 2;

    /// <summary>The key by which a host to which the way was down tells that it is up again: the other may ask at once.</summary>
    public const uint LivenessHint = 3;

    /// <summary>The lowest key of a device; those below have meanings of their own.</summary>
    public const uint Lowest = 16;

    /// <summary>Keys that rest at most; beyond, the one that has rested longest goes back into the circle.</summary>
    public const int MaxResting = 262_144;

    /// <summary>The highest key of a device: 24 bits by default.</summary>
    public uint Highest { get; init; } = 0xff_ffff;

    /// <summary>The key that was given last; 0 if none was.</summary>
    public uint Last { get; init; }

    /// <summary>The keys of ports, and of bridges for their floods.</summary>
    public PersistentMap<DeviceRef, uint> ByDevice { get; init; } = PersistentMap<DeviceRef, uint>.Empty;

    /// <summary>Derived: whose each key is; nobody's, which is the default, while it rests.</summary>
    public PersistentMap<uint, DeviceRef> Owners { get; init; } = PersistentMap<uint, DeviceRef>.Empty;

    /// <summary>Keys of deleted devices, those deleted first in front.</summary>
    public ImmutableQueue<RestingKey> Resting { get; init; } = [];

    /// <summary>Derived: how many rest.</summary>
    public int RestingCount { get; init; }

    /// <summary>When the entry of the journal that is being applied was stored.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The key of a port, or of a bridge's floods; 0 if it has none.</summary>
    public uint Of(DeviceRef device) => ByDevice.GetValueOrDefault(device);

    /// <summary>The port or bridge of a key; false if it is nobody's.</summary>
    public bool TryFindOwner(ulong key, out DeviceRef owner)
    {
        owner = default;
        return key <= Highest && Owners.TryGetValue((uint)key, out owner) && owner.Id != 0;
    }

    /// <summary>Finds the key to give next: the next of the circle, or if none is free the one that has rested longest.</summary>
    /// <param name="horizon">What must have happened before a resting key is given again.</param>
    /// <param name="key">The key.</param>
    /// <returns>False if all are in use or must rest longer.</returns>
    public bool TryFindFree(KeyHorizon horizon, out uint key)
    {
        for (var tried = Lowest; tried <= Highest; tried++)
        {
            key = Last < Lowest ? tried : Lowest + (Last - Lowest + 1 + tried - Lowest) % (Highest - Lowest + 1);
            if (!Owners.ContainsKey(key))
                return true;
        }
        key = Resting.IsEmpty ? 0 : Resting.Peek().Key;
        return key != 0 && horizon.IsPassedBy(Resting.Peek());
    }

    /// <summary>The keys with one more given.</summary>
    public TunnelKeys With(DeviceRef device, uint key)
    {
        // A key that rested is taken out of the queue, wherever in it; it is the first but for events made by hand.
        var keys = Owners.TryGetValue(key, out var owner) && owner.Id == 0 ? WithoutResting(key) : this;
        // A device has one key for life; of events made by hand the last counts.
        var owners = ByDevice.TryGetValue(device, out var old) ? keys.Owners.Remove(old) : keys.Owners;
        return keys with { Last = key, ByDevice = keys.ByDevice.SetItem(device, key), Owners = owners.SetItem(key, device) };
    }

    /// <summary>The keys with that of a deleted device put to rest, if it has one.</summary>
    /// <param name="device">The device.</param>
    /// <param name="position">The position at which it is deleted.</param>
    public TunnelKeys Without(DeviceRef device, long position)
    {
        if (!ByDevice.TryGetValue(device, out var key))
            return this;
        var rested = this with
        {
            ByDevice = ByDevice.Remove(device),
            Owners = Owners.SetItem(key, default),
            Resting = Resting.Enqueue(new RestingKey(key, position, Now)),
            RestingCount = RestingCount + 1,
        };
        return rested.RestingCount > MaxResting ? rested.WithoutOldest() : rested;
    }

    /// <summary>Makes the derived parts anew.</summary>
    public TunnelKeys Indexed()
    {
        var owners = new Dictionary<uint, DeviceRef>(ByDevice.Count);
        foreach (var resting in Resting)
            owners[resting.Key] = default;
        foreach (var (device, key) in ByDevice)
            owners[key] = device;
        return this with { Owners = owners.ToPersistentMap(), RestingCount = Resting.Count() };
    }

    private TunnelKeys WithoutOldest() =>
        this with
        {
            Owners = Owners.Remove(Resting.Peek().Key),
            Resting = Resting.Dequeue(),
            RestingCount = RestingCount - 1,
        };

    private TunnelKeys WithoutResting(uint key) =>
        Resting.Peek().Key == key
            ? WithoutOldest()
            : this with
            {
                Resting = [.. Resting.Where(resting => resting.Key != key)],
                RestingCount = RestingCount - 1,
            };
}
