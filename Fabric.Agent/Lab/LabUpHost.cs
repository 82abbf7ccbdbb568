using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>Brings labs up.</summary>
internal static class LabUpHost
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AgentPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Brings a lab up; if anything fails, nothing of it is left.</summary>
    /// <param name="plan">The lab.</param>
    /// <param name="datapath">What its agents forward by.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FabricException">It exists, a name is taken, the privilege is missing, or its agent does not start.</exception>
    public static async Task<RunningLab> RunAsync(LabPlan plan, DatapathKind datapath, CancellationToken cancellation)
    {
        var name = plan.Name;
        using var held = Claim(name);
        try
        {
            using var ledger = LedgerHost.Create(name.Ledger);
            if (plan.IsWide)
            {
                CheckNamespaces([plan.SwitchNamespace, .. plan.HostNames.Select(host => plan.NamespaceOf(host)!)]);
                LabUnderlayHost.Make(plan, ledger);
            }
            // Before the stations, since the agents need the longest to come up.
            var agents = plan.HostNames.Select(host => (host, StartAgent(plan, host, datapath, ledger))).ToArray();
            if (plan.IsWide)
                File.CreateSymbolicLink(name.Socket, plan.SocketOf(plan.HostNames[0]));
            var guests = LabDescription.Guests(plan, LabDescription.Network(plan));
            CheckNames(guests);
            var making = MakeGuestsAsync(guests, ledger);
            var applying = ApplyAsync(plan, agents, cancellation);
            // Both to their ends, also if one fails: nothing may be made any more when it is all removed.
            await Task.WhenAll(making, applying);
            return new RunningLab(name, await applying, guests);
        }
        catch (LinuxException failure)
        {
            LabDownHost.Remove(name);
            throw LabErrors.Of(failure);
        }
        catch
        {
            LabDownHost.Remove(name);
            throw;
        }
    }

    private static LabLockHost Claim(LabName name)
    {
        LabLockHost held;
        try
        {
            held = LabLockHost.Acquire(name, LockPatience) ?? throw new FabricException(LabErrors.Busy, $"lab '{name}' is being worked on");
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new FabricException(LabErrors.NotPermitted, $"cannot make {name.Folder}", failure.Message);
        }
        if (!File.Exists(name.Ledger))
            return held;
        held.Dispose();
        var isAlive = LabDownHost.AgentsOf(name).Count > 0;
        throw new FabricException(
            LabErrors.Exists,
            isAlive ? $"lab '{name}' is up already" : $"lab '{name}' was killed and left something behind",
            remedy: $"`sudo fabric lab down{(name == LabName.Default ? "" : $" --name {name}")}` takes it down; --name NAME brings up another beside it"
        );
    }

    /// <summary>What has our names now is not ours, and must not be entered in the ledger as if it were.</summary>
    private static void CheckNames(ImmutableArray<Guest> guests)
    {
        using var routes = RouteSocket.Open();
        CheckNamespaces(guests.Select(guest => guest.HostInterface));
        foreach (var guest in guests)
        {
            if (guest.HostInterface.Length > Guest.MaxInterfaceNameBytes)
                throw new FabricException(
                    LabErrors.BadName,
                    $"'{guest.HostInterface}' cannot name an interface",
                    remedy: "give the lab a shorter name"
                );
            if (routes.FindLink(guest.HostInterface) is not null)
                throw new FabricException(LabErrors.NameTaken, $"there is an interface '{guest.HostInterface}' already");
        }
    }

    private static void CheckNamespaces(IEnumerable<string> names)
    {
        foreach (var name in names.Where(NetworkNamespace.Exists))
            throw new FabricException(LabErrors.NameTaken, $"there is a network namespace '{name}' already");
    }

    private static ProcessMark StartAgent(LabPlan plan, string host, DatapathKind datapath, LedgerHost ledger)
    {
        var name = plan.Name;
        // One in the namespace of a host goes with it.
        if (datapath == DatapathKind.Kernel && !plan.IsWide)
            ledger.Add(LedgerEntryKind.Datapath, name.Datapath);
        // Between its start and its entry in the ledger the agent is known by the journal in its command line.
        string[] arguments =
        [
            .. (string[])["agent", "--socket", plan.SocketOf(host), "--journal", name.Journal, "--host", host],
            .. (string[])["--state", plan.StateOf(host)],
            .. (string[])["--datapath", datapath.ToString().ToLowerInvariant(), "--datapath-name", name.Datapath],
        ];
        var agent = plan.NamespaceOf(host) is { } place
            ? NetworkNamespace.Run(place, () => DaemonHost.Start(Program(), arguments, plan.LogOf(host)))
            : DaemonHost.Start(Program(), arguments, plan.LogOf(host));
        ledger.Add(LedgerEntryKind.Process, agent.ToString());
        return agent;
    }

    /// <summary>This very program, or the one beside it if this is a test.</summary>
    private static string Program()
    {
        var own = Environment.ProcessPath;
        return Path.GetFileName(own) is "fabric" or "Fabric.Agent" ? own! : Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
    }

    private static async Task MakeGuestsAsync(ImmutableArray<Guest> guests, LedgerHost ledger)
    {
        // The first makes the folder of the namespaces a mount point, if it is not yet; that is not to be done twice.
        await Task.Run(() => MakeGuest(guests[0], ledger));
        await Task.WhenAll(guests.Skip(1).Select(guest => Task.Run(() => MakeGuest(guest, ledger))));
    }

    private static void MakeGuest(Guest guest, LedgerHost ledger)
    {
        var name = guest.HostInterface;
        ledger.Add(LedgerEntryKind.Namespace, name);
        GuestHost.CreateNamespace(name);
        using var target = NetworkNamespace.Open(name);
        ledger.Add(LedgerEntryKind.Interface, name);
        GuestHost.Connect(guest, target, $"network namespace {name}");
    }

    private static async Task<TopologySnapshot> ApplyAsync(
        LabPlan plan,
        IReadOnlyList<(string Host, ProcessMark Agent)> agents,
        CancellationToken cancellation
    )
    {
        // Each enters its host in the description when it starts; the last to do so has all the others before it.
        var entered = await Task.WhenAll(agents.Select(agent => WaitForAgentAsync(plan, agent.Host, agent.Agent, cancellation)));
        var topology = entered.MaxBy(seen => seen.Position)!;
        await using var client = AgentSession.Open(plan.Name.Socket);
        var described = DescriptionReader.Read([LabDescription.Text(plan)], DeviceIds.Keeping(topology, NetworkHost.RandomId));
        var change = DescriptionChange.Of(topology, described, isPruning: false);
        var envelope = new CommandEnvelope(NetworkHost.RandomRequest(), NetworkHost.Author, "fabric lab up", change.Command);
        var answer = await client.SubmitAsync(envelope, cancellation);
        return answer.Rejection is { } rejection
            ? throw new FabricException([RefusalErrors.ProblemOf(rejection, described.Places)])
            : change.After;
    }

    private static async Task<TopologySnapshot> WaitForAgentAsync(
        LabPlan plan,
        string host,
        ProcessMark agent,
        CancellationToken cancellation
    )
    {
        await using var client = AgentSession.Open(plan.SocketOf(host));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < AgentPatience)
        {
            try
            {
                // The file comes with the socket; asking before that costs an exception each time.
                if (File.Exists(plan.SocketOf(host)))
                    return await client.TopologyAsync(cancellation);
            }
            catch (FabricException absent) when (absent.Problems[0].Entry == CliErrors.NoAgent) { }
            if (!DaemonHost.IsAlive(agent))
                throw AgentFailed(plan, host, "the lab's agent ended");
            await Task.Delay(PollInterval, cancellation);
        }
        throw AgentFailed(plan, host, $"the lab's agent did not answer within {AgentPatience.TotalSeconds} s");
    }

    /// <summary>The log goes with the lab, so its end is told now.</summary>
    private static FabricException AgentFailed(LabPlan plan, string host, string what)
    {
        const int lines = 12;
        var path = plan.LogOf(host);
        var log = File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(lines)) : "";
        return new FabricException(LabErrors.AgentFailed, what, log.Length > 0 ? $"it said:\n{log}" : "it said nothing");
    }
}
