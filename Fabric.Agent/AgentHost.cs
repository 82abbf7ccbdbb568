using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.Memory;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Agent;

/// <summary>Composes an agent: the hive, the upcall thread with its datapath, the interfaces of this host.</summary>
/// <remarks>The one place that knows all parts. What it starts, it stops, in the opposite order.</remarks>
public sealed class AgentHost : IAsyncDisposable
{
    private readonly UpcallInbox _inbox;
    private readonly UpcallLoop _loop;
    private readonly LinkLoop? _links;
    private readonly IDisposable _subscription;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AgentHost(IHive hive, HostId self, IDatapath datapath, TimeProvider clock)
    {
        (Hive, Self, Datapath) = (hive, self, datapath);
        View = new NetworkView(hive.Replica);
        _inbox = new UpcallInbox();
        Parts = UpcallParts.Compose(datapath, View, _inbox, clock);
        _loop = new UpcallLoop(datapath, _inbox, Parts, clock);
        _loop.Failed += Fail;
        Ports = new DatapathActor(self, hive, datapath, _inbox, Parts);
        _subscription = hive.Replica.Subscribe(_inbox);
        _loop.PortsVanished += Ports.Wake;
        _links = datapath is MemoryDatapath ? null : new LinkLoop(Ports.Post, Ports.PostAllTold, Fail);
        _loop.Start();
    }

    /// <summary>What owns the description.</summary>
    public IHive Hive { get; }

    /// <summary>This host in the description.</summary>
    public HostId Self { get; }

    /// <summary>What forwards; touched by its thread only, see <see cref="OnUpcallThreadAsync{T}"/>.</summary>
    public IDatapath Datapath { get; }

    /// <summary>The network as packets are decided by.</summary>
    public NetworkView View { get; }

    /// <summary>What the upcall thread works with; touched by it only.</summary>
    public UpcallParts Parts { get; }

    /// <summary>Attaches interfaces.</summary>
    public DatapathActor Ports { get; }

    /// <summary>Ends with the exception of a part that cannot go on; the process should then end.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Starts an agent over a hive that runs already; the agent owns neither the hive nor its journal.</summary>
    public static AgentHost Start(IHive hive, HostId self, DatapathKind datapath, TimeProvider clock)
    {
        IDatapath chosen = datapath switch
        {
            DatapathKind.User => new UserDatapath(clock),
            DatapathKind.None => new MemoryDatapath(clock),
        };
        return new AgentHost(hive, self, chosen, clock);
    }

    /// <summary>Has the upcall thread read something of its own.</summary>
    public Task<T> OnUpcallThreadAsync<T>(Func<UpcallParts, T> read)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Post(() =>
        {
            try
            {
                result.SetResult(read(Parts));
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        });
        // A thread that has ended answers nobody.
        return result.Task.WaitAsync(_ended.Token);
    }

    private void Fail(Exception failure)
    {
        _failure.TrySetException(failure);
        _ended.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _links?.Dispose();
        _subscription.Dispose();
        await Ports.DisposeAsync();
        _loop.Dispose();
        _inbox.Dispose();
    }
}
