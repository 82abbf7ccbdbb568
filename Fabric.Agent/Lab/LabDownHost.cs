using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Lab;

/// <summary>Takes labs down: all that the ledger lists and that is still there, and nothing else.</summary>
internal static class LabDownHost
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    /// <summary>Takes a lab down, also one that was killed halfway up.</summary>
    /// <returns>What was removed; null if there was no lab.</returns>
    /// <exception cref="FabricException">The privilege is missing, or another command works on it.</exception>
    public static LabRemains? Run(LabName name)
    {
        if (!Directory.Exists(name.Folder))
            return null;
        try
        {
            using var held =
                LabLockHost.Acquire(name, LockPatience) ?? throw new FabricException(LabErrors.Busy, $"lab '{name}' is being worked on");
            return Remove(name);
        }
        catch (LinuxException failure)
        {
            throw LabErrors.Of(failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new FabricException(LabErrors.NotPermitted, $"cannot take lab '{name}' down", failure.Message);
        }
    }

    /// <summary>Removes what a lab made, while the caller has its lock.</summary>
    /// <exception cref="LinuxException">The privilege is missing, or a process does not end.</exception>
    public static LabRemains Remove(LabName name)
    {
        var ledger = LedgerHost.Read(name.Ledger);
        // The agent first: it holds sockets on the interfaces.
        var agents = AgentsOf(name);
        foreach (var agent in agents)
            DaemonHost.Stop(agent);
        foreach (var datapath in Named(ledger, LedgerEntryKind.Datapath, name))
            OpenVSwitchDatapath.Remove(datapath);
        var interfaces = Named(ledger, LedgerEntryKind.Interface, name).Count(GuestHost.Disconnect);
        var namespaces = Named(ledger, LedgerEntryKind.Namespace, name).Count(Delete);
        // With the lock's file in it: whoever waits for that sees that it has gone, and begins anew.
        Directory.Delete(name.Folder, recursive: true);
        DeleteIfEmpty(Path.GetDirectoryName(name.Folder)!);
        return new LabRemains(agents.Count, interfaces, namespaces);
    }

    /// <summary>The agents of a lab that run: by the ledger, and by their command line if whoever started one was killed before entering it.</summary>
    public static IReadOnlyList<ProcessMark> AgentsOf(LabName name) =>
        [
            .. LedgerHost
                .Read(name.Ledger)
                .Where(entry => entry.Kind == LedgerEntryKind.Process)
                .Select(entry => ProcessMark.TryParse(entry.Name, out var process) ? process : default)
                .Where(DaemonHost.IsAlive)
                .Union(DaemonHost.FindByArgument(name.Journal)),
        ];

    private static IEnumerable<string> Named(IEnumerable<LedgerEntry> ledger, LedgerEntryKind kind, LabName name) =>
        ledger
            .Where(entry => entry.Kind == kind && entry.Name.StartsWith(name.Prefix, StringComparison.Ordinal))
            .Select(entry => entry.Name)
            .Distinct();

    private static bool Delete(string name)
    {
        if (!NetworkNamespace.Exists(name))
            return false;
        NetworkNamespace.Delete(name);
        return true;
    }

    private static void DeleteIfEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // It holds something of others.
        }
    }
}
