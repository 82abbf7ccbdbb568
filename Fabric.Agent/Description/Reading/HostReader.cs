using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads hosts.</summary>
internal static class HostReader
{
    /// <summary>Declares a host.</summary>
    public static void Declare(Scope scope, YamlNode.Scalar name, YamlNode value)
    {
        var map = scope.Open(HostShape.Shape, name, value);
        scope.Draft.Declare(
            DeviceKind.Host,
            scope.Name(name.Text),
            name.At,
            id => new Devices.Host
            {
                Id = new(id.Id),
                Name = scope.Name(name.Text),
                Underlay = [.. map.Several(HostShape.Underlay).Select(address => address.Value)],
            }
        );
    }
}
