using System.Globalization;
using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Agent.Host;

/// <summary>Tells this machine's running from any other.</summary>
internal static class MachineHost
{
    // A new random number at each start of the kernel.
    private const string BootPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>What this host is called if nobody says otherwise: the machine's name, or localhost where that is none.</summary>
    public static string DefaultName =>
        Environment.MachineName.Split('.')[0] is var name && DeviceName.IsLegalPart(name) ? name : "localhost";

    /// <summary>Where an agent with a key runs: the folder that the key lies in, which it has locked, on the machine that runs now.</summary>
    public static LeaseHolder HolderOf(PeerKey key) => new(key.XHigh.ToString("x32", CultureInfo.InvariantCulture), BootId());

    private static string BootId()
    {
        try
        {
            return File.ReadAllText(BootPath).Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // Like no other, so that a lease is waited for rather than taken.
            return Guid.NewGuid().ToString();
        }
    }
}
