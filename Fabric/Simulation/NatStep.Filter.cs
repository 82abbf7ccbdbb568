using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    /// <summary>The station that has an address and port outside, if its rule lets the packet in though nobody spoke to where it comes from (RFC 4787, REQ-8).</summary>
    private static ConnectionKey? FindOpen(ref Walk walk, NatProgram program, in ConnectionKey key, IpFamily family)
    {
        if (!TranslationPorts.HasPorts(key.Protocol) || !program.IsAnyOpen)
            return null;
        var mapping = key with { Source = IpAddress.Of(family, 0), SourcePort = 0 };
        walk.Tag(mapping.Tag);
        if (!walk.Scratch.Connections.TryTranslate(mapping, out _, out var station))
            return null;
        return FilteringOf(ref walk, program, station.Source, key.Destination) switch
        {
            NatFiltering.None => station,
            NatFiltering.Address => WasSpokenTo(ref walk, key) ? station : null,
            NatFiltering.AddressAndPort => null,
        };
    }

    /// <summary>What the rule says that gave a station an address outside.</summary>
    private static NatFiltering FilteringOf(ref Walk walk, NatProgram program, IpAddress station, IpAddress outside)
    {
        if (program.CrossingOf(outside) is { } crossing)
            return crossing.Filtering;
        foreach (var rule in program.Sources)
        {
            if (rule.From is { } from && !from.Contains(station))
                continue;
            if ((rule.Outside ?? OwnOf(ref walk, rule, outside.Family)) is { } addresses && addresses.Contains(outside))
                return rule.Filtering;
        }
        return NatFiltering.AddressAndPort;
    }

    /// <summary>Remembers that a station has spoken to an address, where its rule asks for that: an entry beside those of its connections, without the other's port.</summary>
    private static void NoteSpokenTo(ref Walk walk, NatRule? rule, in ConnectionKey forward, in ConnectionKey back)
    {
        if (rule is not { Filtering: NatFiltering.Address } || !TranslationPorts.HasPorts(forward.Protocol))
            return;
        var there = forward with { DestinationPort = 0 };
        walk.Tag(there.Tag);
        walk.Scratch.Pending.Add(
            walk.Scratch.Connections.TryFind(there, out var found)
                ? Effect.SeeConnection(found, default)
                : Effect.OpenConnection(there, back with { SourcePort = 0 }, walk.Ingress, default)
        );
    }

    private static bool WasSpokenTo(ref Walk walk, in ConnectionKey key)
    {
        var back = key with { SourcePort = 0 };
        walk.Tag(back.Tag);
        if (!walk.Scratch.Connections.TryFind(back, out var found))
            return false;
        walk.Scratch.Pending.Add(Effect.SeeConnection(found, default));
        return true;
    }
}
