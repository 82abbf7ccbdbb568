using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes the names of devices as one tenant's part of a description calls them.</summary>
internal sealed record NameWriter(TopologySnapshot Topology, string Tenant)
{
    /// <summary>The name of a device as YAML: short within the tenant and for hosts, else TENANT/NAME.</summary>
    public string Of(DeviceRef device) => YamlText.Name(PlainOf(device));

    /// <summary>The same as plain text.</summary>
    public string PlainOf(DeviceRef device)
    {
        // A dangling name cannot be: the rules of the network keep references whole.
        var name = Topology.Find(device)?.Name ?? throw new UnreachableException($"{device} does not exist");
        return name.Tenant == Tenant ? name.Name : name.ToString();
    }
}
