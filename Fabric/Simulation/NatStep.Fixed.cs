using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

// What may stand for a source: of a deterministic rule its station's own, else all that there is.
internal static partial class NatStep
{
    private static Choice ChoiceOf(in Walk walk, NatRule? rule, IpAddress station, AddressRange addresses)
    {
        if (rule is null || FixedPorts.Of(rule) is not { } given)
            return new Choice(addresses, rule?.Ports ?? OutsidePorts.Usual, null);
        var share = walk.Scratch.Connections.Ports.ForStation(given.PerAddress == 1);
        // None of the rule's stations has no ports: a range of none.
        return given.TryGoOut(station, out var outside, out var ports)
            ? new Choice(AddressRange.Only(outside), ports, share)
            : new Choice(addresses, new PortRange(1, 0), share);
    }

    /// <summary>A station has no port left of its own, and gets no other's.</summary>
    private static bool ExhaustedOwn(ref Walk walk, Router router, Port inPort, in Choice choice)
    {
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.HasNoneLeft(choice.Addresses, choice.Ports));
        return Full(ref walk, router, inPort, DropReason.NatExhausted);
    }

    /// <summary>What a source may be translated to.</summary>
    /// <param name="Addresses">The addresses outside.</param>
    /// <param name="Ports">The ports of each.</param>
    /// <param name="Station">They are the station's own; null if they are not.</param>
    private readonly record struct Choice(AddressRange Addresses, PortRange Ports, PortShare? Station)
    {
        /// <summary>They are the station's own.</summary>
        public bool IsFixed => Station is not null;
    }
}
