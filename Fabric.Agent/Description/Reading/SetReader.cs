using System.Collections.Immutable;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads address sets and port groups.</summary>
internal static class SetReader
{
    /// <summary>Declares an address set.</summary>
    public static void DeclareSet(Scope scope, YamlNode.Scalar name, YamlNode value) =>
        scope.Draft.Declare(
            DeviceKind.AddressSet,
            scope.Name(name.Text),
            name.At,
            id => new AddressSet
            {
                Id = new(id.Id),
                Name = scope.Name(name.Text),
                Members = value is YamlNode.Scalar { IsNull: true } ? [] : [.. Members(scope, name, value)],
            }
        );

    /// <summary>Declares a port group.</summary>
    public static void DeclareGroup(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(GroupShape.Shape, name, value);
        scope.Draft.Declare(
            DeviceKind.PortGroup,
            scope.Name(name.Text),
            name.At,
            id => new PortGroup
            {
                Id = new(id.Id),
                Name = scope.Name(name.Text),
                IsStateful = map.One(GroupShape.Stateful, false),
            }
        );
    }

    private static IEnumerable<Addresses.IpPrefix> Members(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var title = $"set '{scope.Name(name.Text)}'";
        return MapReader.ReadList(value, TenantShape.Sets.Form.Set, title, scope.Draft.Problems).Select(member => member.Value);
    }
}
