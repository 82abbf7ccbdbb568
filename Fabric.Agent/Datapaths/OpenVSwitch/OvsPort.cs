namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A port of the datapath, as the upcall thread serves it.</summary>
internal sealed class OvsPort(uint number, string interfaceName, OvsUpcallSocket socket)
{
    /// <summary>The datapath's number for it.</summary>
    public uint Number => number;

    /// <summary>The interface behind it.</summary>
    public string Interface => interfaceName;

    /// <summary>Where its upcalls come.</summary>
    public OvsUpcallSocket Socket => socket;

    /// <summary>Upcalls may wait, and it stands in the queue of those to be served.</summary>
    public bool IsReady { get; set; }

    /// <summary>Upcalls that it may still bring in this round: the deficit of deficit round robin.</summary>
    public int Credit { get; set; }

    /// <summary>Upcalls received.</summary>
    public long Upcalls { get; set; }
}
