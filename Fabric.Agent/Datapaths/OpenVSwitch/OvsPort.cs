namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A port of the datapath, as its upcall thread serves it.</summary>
internal sealed class OvsPort(uint number)
{
    /// <summary>The datapath's number for it.</summary>
    public uint Number => number;

    /// <summary>Where its upcalls come; null while nobody listens.</summary>
    public OvsUpcallSocket? Socket { get; set; }

    /// <summary>Upcalls may wait, and it stands in the queue of those to be served.</summary>
    public bool IsReady { get; set; }

    /// <summary>Upcalls that it may still bring in this round: the deficit of deficit round robin.</summary>
    public int Credit { get; set; }

    /// <summary>Upcalls received.</summary>
    public long Upcalls { get; set; }
}
