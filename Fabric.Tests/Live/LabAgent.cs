using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>The agent of a lab of one host, killed and started again.</summary>
internal static class LabAgent
{
    /// <summary>Kills it, and waits until it is gone.</summary>
    public static void Kill(LabName name)
    {
        foreach (var agent in LabDownHost.AgentsOf(name))
        {
            Libc.kill(agent.Id, Libc.SIGKILL);
            LiveTest.Eventually(() => !DaemonHost.IsAlive(agent), "the end of the agent");
        }
    }

    /// <summary>Starts it as it was; it does not answer yet.</summary>
    /// <returns>The file of its log.</returns>
    public static string StartAgain(LabName name, DatapathKind datapath)
    {
        string[] arguments =
        [
            .. (string[])["agent", "--socket", name.Socket, "--journal", name.Journal, "--host", LabDescription.HostName],
            .. (string[])["--datapath", datapath.ToString().ToLowerInvariant(), "--datapath-name", name.Datapath],
            .. (string[])["--state", new LabPlan(name).StateOf(LabDescription.HostName)],
        ];
        DaemonHost.Start(Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"), arguments, name.Log);
        return name.Log;
    }
}
