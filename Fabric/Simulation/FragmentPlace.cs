using Fabric.Connections;

namespace Fabric.Simulation;

/// <summary>Which packet a fragment is of, and what is known of that.</summary>
/// <remarks>Fields, not properties: a part of <see cref="Walk"/>.</remarks>
internal struct FragmentPlace
{
    /// <summary>The packet; null if the bytes do not tell it.</summary>
    public FragmentKey? Key;

    /// <summary>A later fragment: what is known of its first.</summary>
    public FragmentStanding Standing;

    /// <summary>With it: what that told.</summary>
    public FragmentHead Head;

    /// <summary>Somebody asked what flow keys do not tell.</summary>
    public bool IsAsked;

    /// <summary>A later fragment that is told to be of a packet's connection: it has the ports of the first for lookups, and none to be rewritten.</summary>
    public readonly bool IsPart => Standing == FragmentStanding.Known;
}
