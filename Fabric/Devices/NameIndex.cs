using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>Devices by kind and name.</summary>
/// <remarks>Immutable; any thread. Kept by tenant, so that the many names of one tenant take a name and an id each.</remarks>
public sealed class NameIndex : IReadOnlyDictionary<(DeviceKind Kind, DeviceName Name), DeviceRef>
{
    private readonly PersistentMap<(DeviceKind Kind, string Tenant), Names> _tenants;

    private NameIndex(PersistentMap<(DeviceKind Kind, string Tenant), Names> tenants, int count) => (_tenants, Count) = (tenants, count);

    /// <summary>No device has a name.</summary>
    public static NameIndex Empty { get; } = new(PersistentMap<(DeviceKind Kind, string Tenant), Names>.Empty, 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IEnumerable<(DeviceKind Kind, DeviceName Name)> Keys => this.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<DeviceRef> Values => this.Select(pair => pair.Value);

    /// <inheritdoc/>
    public DeviceRef this[(DeviceKind Kind, DeviceName Name) key] =>
        TryGetValue(key, out var device) ? device : throw new KeyNotFoundException($"no {key.Kind} is called {key.Name}");

    /// <summary>Makes the index of some devices; of two with one kind and name the first has it.</summary>
    public static NameIndex Of(IEnumerable<Device> devices)
    {
        var tenants = new Dictionary<(DeviceKind Kind, string Tenant), Dictionary<string, ulong>>();
        foreach (var device in devices)
        {
            var key = (device.Ref.Kind, device.Name.Tenant);
            if (!tenants.TryGetValue(key, out var names))
                tenants.Add(key, names = []);
            names.TryAdd(device.Name.Name, device.Ref.Id);
        }
        return new NameIndex(
            tenants.ToPersistentMap(pair => pair.Key, pair => new Names(pair.Key.Tenant, pair.Value.ToPersistentMap())),
            tenants.Values.Sum(names => names.Count)
        );
    }

    /// <inheritdoc/>
    public bool ContainsKey((DeviceKind Kind, DeviceName Name) key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue((DeviceKind Kind, DeviceName Name) key, [MaybeNullWhen(false)] out DeviceRef value)
    {
        var id = 0ul;
        var isFound = _tenants.TryGetValue((key.Kind, key.Name.Tenant), out var names) && names.Ids.TryGetValue(key.Name.Name, out id);
        value = isFound ? new DeviceRef(key.Kind, id) : default;
        return isFound;
    }

    /// <summary>The index with a device that has a name which no other of its kind has.</summary>
    public NameIndex With(DeviceName name, DeviceRef device)
    {
        var key = (device.Kind, name.Tenant);
        var names = _tenants.GetValueOrDefault(key) ?? new Names(name.Tenant, PersistentMap<string, ulong>.Empty);
        return new NameIndex(_tenants.SetItem(key, names with { Ids = names.Ids.Add(name.Name, device.Id) }), Count + 1);
    }

    /// <summary>The index without a name that a device of a kind has.</summary>
    public NameIndex Without(DeviceKind kind, DeviceName name)
    {
        if (!_tenants.TryGetValue((kind, name.Tenant), out var names))
            return this;
        var rest = names.Ids.Remove(name.Name);
        if (rest.Count == names.Ids.Count)
            return this;
        var tenants = rest.IsEmpty
            ? _tenants.Remove((kind, name.Tenant))
            : _tenants.SetItem((kind, name.Tenant), names with { Ids = rest });
        return new NameIndex(tenants, Count - 1);
    }

    /// <summary>The name, with the tenant's text that other devices of the kind have: one text for all.</summary>
    public DeviceName Share(DeviceKind kind, DeviceName name) =>
        _tenants.TryGetValue((kind, name.Tenant), out var names) ? name with { Tenant = names.Tenant } : name;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<(DeviceKind Kind, DeviceName Name), DeviceRef>> GetEnumerator()
    {
        foreach (var ((kind, tenant), names) in _tenants)
        {
            foreach (var (name, id) in names.Ids)
                yield return KeyValuePair.Create((kind, new DeviceName(tenant, name)), new DeviceRef(kind, id));
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed record Names(string Tenant, PersistentMap<string, ulong> Ids);
}
