using Fabric.Changes;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Entities;

/// <summary>A command on its way to the actor of its device.</summary>
internal sealed record DeviceTurn(CommandEnvelope Envelope, CancellationToken Cancellation)
{
    /// <summary>The answer.</summary>
    internal TaskCompletionSource<SubmitResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
