using Microsoft.Extensions.Hosting;

namespace Fabric.Akka.Nodes;

/// <summary>Leaves the process's signals alone: they are the agent's.</summary>
internal sealed class NodeLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
