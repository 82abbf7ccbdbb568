using System.Collections.Immutable;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Where names are looked up: a tenant of a draft.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Tenant">The tenant that names without a slash are of.</param>
internal sealed record Scope(Draft Draft, string Tenant)
{
    /// <summary>The whole name of a device of this tenant.</summary>
    public DeviceName Name(string name) => new(Tenant, name);

    /// <summary>Opens the map of a named device.</summary>
    public MapReader Open(Shape shape, YamlNode.Scalar name, YamlNode value) =>
        MapReader.Open(value, shape, $"{shape.Name} '{Name(name.Text)}'", name.At, Draft.Problems);

    /// <summary>The id of a device that a key names, or null if the key is not written or names nothing.</summary>
    public ulong? Find(DeviceKind kind, MapReader map, Key<ScalarForm<string>> key) =>
        map.One(key) is { } name ? Draft.Resolve(kind, Tenant, name)?.Id : null;

    /// <summary>The chain that a key names.</summary>
    public ChainId? Chain(MapReader map, Key<ScalarForm<string>> key) =>
        Find(DeviceKind.Chain, map, key) is { } id ? new ChainId(id) : null;

    /// <summary>The ids of the devices that a key names.</summary>
    public ImmutableArray<ulong> FindAll(DeviceKind kind, MapReader map, Key<ListForm<string>> key) =>
        [.. map.Several(key).Select(name => Draft.Resolve(kind, Tenant, name)?.Id).OfType<ulong>()];

    /// <summary>Complains.</summary>
    public void Complain(ErrorEntry entry, SourcePosition at, string what, string? why = null, string? remedy = null) =>
        Draft.Problems.Add(
            new Problem(entry, what)
            {
                At = at,
                Why = why,
                Remedy = remedy,
            }
        );
}
