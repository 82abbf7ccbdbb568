using Fabric.Agent.Cli;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>Finds ports by what people call them.</summary>
internal static class PortSearch
{
    /// <summary>The port of a whole name, or the only one of a name without its tenant.</summary>
    /// <exception cref="FabricException">There is none, or there are several.</exception>
    public static Port Find(TopologySnapshot topology, string name)
    {
        var names = topology.Names.Keys.Where(key => key.Kind == DeviceKind.Port).Select(key => key.Name).ToArray();
        var found = names.Where(known => known.ToString() == name).ToArray();
        if (found.Length == 0)
            found = [.. names.Where(known => known.Name == name)];
        return found switch
        {
            [var only] => (Port)topology.Find(DeviceKind.Port, only)!,
            [] => throw new FabricException(
                CliErrors.NotFound,
                $"there is no port '{name}'",
                remedy: NameHint.Of(name, names.Select(known => known.ToString()))
            ),
            _ => throw new FabricException(
                CliErrors.Ambiguous,
                $"'{name}' could be {string.Join(" or ", found.Order())}",
                remedy: "write the whole name, TENANT/PORT"
            ),
        };
    }
}
