using System.Security.Cryptography;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Membership;

/// <summary>Sees to it that the description has this agent's key: when it starts, and when a restored journal has another.</summary>
internal sealed class HostKeyLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly HiveOptions _options;
    private readonly ITopologyReplica _replica;
    private readonly Func<bool> _mayTell;
    private readonly Func<CommandEnvelope, CancellationToken, ValueTask<SubmitResult>> _submit;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="options">This node, with its key.</param>
    /// <param name="replica">The description.</param>
    /// <param name="mayTell">Whether this agent is the host's only one: of two that took the key from each other neither would be heard.</param>
    /// <param name="submit">Changes the description.</param>
    internal HostKeyLoop(
        HiveOptions options,
        ITopologyReplica replica,
        Func<bool> mayTell,
        Func<CommandEnvelope, CancellationToken, ValueTask<SubmitResult>> submit
    )
    {
        (_options, _replica, _mayTell, _submit) = (options, replica, mayTell, submit);
        _loop = options.Runtime.Start(RunAsync);
    }

    private HostId Self => _options.Self.Host;

    /// <summary>The description has this host, but not with its key.</summary>
    private bool MustTell => _replica.Topology.Hosts.ContainsKey(Self) && !IsTold;

    private bool IsTold => _replica.Topology.PeerKeys.GetValueOrDefault(Self) == _options.PeerKey!.Public;

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var isRefused = MustTell && _mayTell() && !await TellAsync();
                // Once it is told there is nothing to do until somebody takes it away, as another agent of this name may.
                await Task.Delay(isRefused || IsTold ? s_pause : s_interval, _options.Runtime.Time, _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException) { }
    }

    private async Task<bool> TellAsync()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        var request = new RequestId(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
        var command = new TopologyCommand.KeyHost(Self, _options.PeerKey!.Public);
        return await _submit(new CommandEnvelope(request, $"agent {_options.Self.Name}", "its key", command), _stop.Token)
            is SubmitResult.Accepted;
    }
}
