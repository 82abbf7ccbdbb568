using Fabric.Addresses;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description.Expectations;

namespace Fabric.Agent.Lab;

/// <summary>Says why a packet of a lab is blocked.</summary>
internal static class Blocked
{
    /// <summary>How a TCP connection from one station to another would begin, and how that ends, in one sentence.</summary>
    public static string Why(RunningLab lab, Guest from, Guest to, IpFamily family, ushort port)
    {
        var ingress = lab.Topology.Ports.Values.Single(candidate => candidate.Name == from.Port);
        var probe = Probe.Make(lab.Topology, ingress, from.AddressOf(family)!.Value, to.AddressOf(family)!.Value, ProbeKind.Tcp, port);
        return probe is { } key ? new ExpectationTrial(lab.Topology).Run(ingress, key).Why : "nobody has the address";
    }
}
