using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>A lab that is up.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Topology">Its network, as its agent has it.</param>
/// <param name="Guests">Its stations; the namespace of each is called as its <see cref="Guest.HostInterface"/>.</param>
public sealed record RunningLab(LabName Name, TopologySnapshot Topology, ImmutableArray<Guest> Guests)
{
    /// <summary>The station behind a port.</summary>
    public Guest Guest(string port) => Guests.Single(guest => guest.Port.Name == port);
}
