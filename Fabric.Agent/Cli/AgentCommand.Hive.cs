using System.Collections.Immutable;
using Fabric.Agent.Cli.Journals;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Peers;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Cli;

/// <content>The hive that the agent opens, and its host there.</content>
internal sealed partial class AgentCommand
{
    private const int EnterTries = 10;

    private static readonly TimeSpan EnterPause = TimeSpan.FromMilliseconds(500);

    private static PeerKeyPair LoadKey(string state)
    {
        try
        {
            return PeerKeyHost.LoadOrCreate(state);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FabricException(AgentErrors.CannotStart, "the agent has no key for messages to others", failure.Message);
        }
    }

    private HiveOptions HiveOptions(CommandCall call, string state, PeerKeyPair key)
    {
        RoleNames.TryParse(call.Line.GetValue(_roles)!, out var roles);
        var port = call.Line.GetValue(_peerPort);
        return new HiveOptions
        {
            // The id is that of a host which is new; one that is described keeps its own.
            Self = new Member(new HostId(NetworkHost.RandomId()), call.Line.GetValue(_host)!, MemberState.Live, roles),
            Holder = MachineHost.HolderOf(key.Public),
            PeerKey = key,
            OpenTransport = (self, replica) => new PeerSocket(self, replica, port, problem => Log(call, "warning", problem)),
            LocalCopy = new ReplicaJournal(state),
            Follows = call.Line.GetValue(_follow)?.Split(',').ToImmutableArray() ?? [],
            OnAlarm = alarm => Log(call, "warning", alarm.Message),
        };
    }

    private static async Task<string> ReadConfigurationAsync(string? path, CancellationToken cancellation)
    {
        try
        {
            return path is null ? "" : await File.ReadAllTextAsync(path, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FabricException(AgentErrors.CannotStart, $"the settings of the hive in {path} cannot be read", failure.Message);
        }
    }

    private static async Task<IHive> OpenHiveAsync(IHiveFactory kind, string journal, HiveOptions options, CancellationToken cancellation)
    {
        try
        {
            return await kind.OpenAsync(journal, options, cancellation);
        }
        catch (JournalException failure)
        {
            throw new FabricException(
                AgentErrors.NoJournal,
                $"the journal {PostgresAddress.Show(journal)} cannot be opened",
                failure.Message
            );
        }
        catch (MemberConflictException conflict)
        {
            throw new FabricException(AgentErrors.HostInUse, conflict.Message);
        }
    }

    /// <summary>Finds this host in the description, or enters it with its key; tries for some seconds.</summary>
    private static async Task<HostId> EnterAsync(IHive hive, string name, PeerKey key, CancellationToken cancellation)
    {
        var self = hive.Membership.Self;
        if (hive.Replica.Topology.Hosts.ContainsKey(self))
            return self;
        var entered = new Fabric.Devices.Host { Id = self, Name = new DeviceName("", name) };
        var command = new TopologyCommand.Batch([new TopologyCommand.PutDevice(entered), new TopologyCommand.KeyHost(self, key)]);
        var envelope = new CommandEnvelope(NetworkHost.RandomRequest(), $"agent {name}", "a new host", command);
        var result = await hive.SubmitAsync(envelope, cancellation);
        // Many agents that start at once keep each other waiting, and a database that fails over is back soon.
        for (var tries = 1; result is SubmitResult.Unavailable && tries < EnterTries; tries++)
        {
            await Task.Delay(EnterPause, cancellation);
            result = await hive.SubmitAsync(envelope, cancellation);
        }
        return result switch
        {
            SubmitResult.Accepted => self,
            SubmitResult.Rejected { Rejection.Reason: RejectionReason.NameTaken } => throw new FabricException(
                AgentErrors.HostInUse,
                $"host {name} was entered by somebody else at this very moment"
            ),
            SubmitResult.Rejected refused => throw new FabricException(
                AgentErrors.CannotStart,
                $"host {name} cannot be entered",
                refused.Rejection.Message
            ),
            SubmitResult.Unavailable unavailable => throw new FabricException(
                AgentErrors.NoJournal,
                $"host {name} cannot be entered",
                unavailable.Reason
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
