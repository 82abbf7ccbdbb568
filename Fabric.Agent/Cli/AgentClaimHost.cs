using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Cli;

/// <summary>What an agent has to itself while it runs: its socket and the folder of its state.</summary>
/// <remarks>The kernel gives both back when the process ends, however it ends, so the next agent may start at once.</remarks>
internal sealed class AgentClaimHost : IDisposable
{
    /// <summary>A process that was killed is seen as ended moments before the last of its threads is, and with it its locks.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly LockFile _socket;
    private readonly LockFile _state;

    private AgentClaimHost(LockFile socket, LockFile state) => (_socket, _state) = (socket, state);

    /// <summary>Makes the folders that are missing, and takes the locks.</summary>
    /// <param name="socket">The socket's path.</param>
    /// <param name="state">The folder of the state; made for its owner only.</param>
    /// <param name="journal">Where the journal is, as in --journal.</param>
    /// <exception cref="FabricException">Another agent has one of them, or a folder cannot be made.</exception>
    public static AgentClaimHost Take(string socket, string state, string journal)
    {
        LockFile? ofSocket = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(socket))!);
            Directory.CreateDirectory(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (!PostgresAddress.IsOne(journal))
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(journal))!);
            ofSocket =
                LockHost.Acquire(() => LockFile.TryAcquire(socket + ".lock"), s_patience)
                ?? throw new FabricException(AgentErrors.SocketInUse, $"another agent serves {socket}");
            var ofState =
                LockHost.Acquire(() => LockFile.TryAcquire(Path.Combine(state, "lock")), s_patience)
                ?? throw new FabricException(AgentErrors.StateInUse, $"another agent keeps its state in {state}");
            return new AgentClaimHost(ofSocket, ofState);
        }
        catch (Exception failure)
        {
            ofSocket?.Dispose();
            if (failure is IOException or UnauthorizedAccessException or LinuxException)
                throw new FabricException(AgentErrors.CannotStart, "the agent cannot make its folders", failure.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _socket.Dispose();
    }
}
