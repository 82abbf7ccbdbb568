using System.Collections.Immutable;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>The network of a lab: docs/examples/lab.yaml with the names of the lab in it, or the same with more hosts and ports.</summary>
public static class LabDescription
{
    /// <summary>The name of the lab's host in the description.</summary>
    public const string HostName = "lab";

    private const string Resource = "lab.yaml";

    /// <summary>The description as text.</summary>
    public static SourceText Text(LabPlan plan) => plan.IsPlain ? Text(plan.Name) : new SourceText("lab", LabText.Of(plan));

    private static SourceText Text(LabName name)
    {
        using var stream = typeof(LabDescription).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return new SourceText(Resource, reader.ReadToEnd().Replace(LabName.Default.Prefix, name.Prefix, StringComparison.Ordinal));
    }

    /// <summary>The network as it will be, by ids of its own.</summary>
    public static TopologySnapshot Network(LabPlan plan) =>
        DescriptionChange.Of(TopologySnapshot.Empty, DescriptionReader.Read([Text(plan)], DeviceIds.Derived()), isPruning: false).After;

    /// <summary>The stations: a namespace for each port that is bound, called as its interface is.</summary>
    public static ImmutableArray<Guest> Guests(LabPlan plan, TopologySnapshot topology) =>
        [
            .. topology
                .Ports.Values.Where(port => port.Binding is not null)
                .OrderBy(port => port.Addresses.FirstOrDefault().Address)
                .Select(port =>
                    Guest.Of(topology, port, port.Binding!.Value.Interface) with
                    {
                        HostNamespace = plan.NamespaceOf(topology.Hosts[port.Binding.Value.Host].Name.Name),
                    }
                ),
        ];
}
