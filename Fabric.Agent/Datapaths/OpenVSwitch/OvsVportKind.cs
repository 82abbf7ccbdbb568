namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>What a port of a kernel datapath is; the kernel's OVS_VPORT_TYPE values.</summary>
/// <remarks>Open: other programs may make kinds that are not named here.</remarks>
internal enum OvsVportKind
{
    /// <summary>An interface of the host.</summary>
    Netdev = (int)OvsFormat.VportType.Netdev,

    /// <summary>An interface that the datapath made.</summary>
    Internal = (int)OvsFormat.VportType.Internal,

    /// <summary>A GRE tunnel.</summary>
    Gre = (int)OvsFormat.VportType.Gre,

    /// <summary>A VXLAN tunnel to any host; flows name the host and the tunnel key.</summary>
    Vxlan = (int)OvsFormat.VportType.Vxlan,

    /// <summary>A Geneve tunnel to any host.</summary>
    Geneve = (int)OvsFormat.VportType.Geneve,
}
