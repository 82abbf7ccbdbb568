namespace Fabric.Bindings;

/// <summary>How the way to another host is, as far as this host can tell.</summary>
/// <remarks>docs/underlay.md says what follows from each.</remarks>
public enum TunnelState : byte
{
    /// <summary>Nobody asks, or there was no answer yet and not enough silence either. Counts as up.</summary>
    Idle,

    /// <summary>Echoes come back.</summary>
    Up,

    /// <summary>They do, but not all.</summary>
    Degraded,

    /// <summary>Short ones do, and those as long as the tunnel takes do not.</summary>
    BlackHole,

    /// <summary>None do.</summary>
    Down,
}
