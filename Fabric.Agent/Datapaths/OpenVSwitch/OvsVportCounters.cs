namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>What a port of a kernel datapath has carried.</summary>
/// <remarks>Ingress is what came into the datapath.</remarks>
/// <param name="IngressPackets">Frames that came in.</param>
/// <param name="IngressBytes">Their bytes.</param>
/// <param name="IngressErrors">Frames that came in broken.</param>
/// <param name="IngressDropped">Frames that found no room.</param>
/// <param name="EgressPackets">Frames that went out.</param>
/// <param name="EgressBytes">Their bytes.</param>
/// <param name="EgressErrors">Frames that could not be sent.</param>
/// <param name="EgressDropped">Frames that the interface had no room for.</param>
/// <param name="Upcalls">Upcalls delivered; null before Linux 6.3.</param>
/// <param name="UpcallsLost">Upcalls that no socket had room for; null before Linux 6.3.</param>
internal readonly record struct OvsVportCounters(
    long IngressPackets,
    long IngressBytes,
    long IngressErrors,
    long IngressDropped,
    long EgressPackets,
    long EgressBytes,
    long EgressErrors,
    long EgressDropped,
    long? Upcalls,
    long? UpcallsLost
);
