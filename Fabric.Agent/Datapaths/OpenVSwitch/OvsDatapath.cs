namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A datapath of the kernel, as it was when it was read.</summary>
/// <param name="Name">Of the datapath and of its internal interface.</param>
/// <param name="Index">The interface index of that, by which every message names the datapath.</param>
/// <param name="Features">What user space asked for; bits of OVS_DP_F_*.</param>
/// <param name="Counters">What it has seen.</param>
internal sealed record OvsDatapath(string Name, int Index, uint Features, OvsDatapathCounters Counters);
