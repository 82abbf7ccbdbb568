namespace Fabric.Topology.Actors;

/// <summary>What actors run on: the threads and the clock, so that a test can put another in place of each.</summary>
/// <param name="Scheduler">
/// Runs every turn of every actor. Shell code here never leaves it (no <c>ConfigureAwait(false)</c>), so a scheduler of one thread makes
/// the whole hive deterministic.
/// </param>
/// <param name="Time">Tells the time for stamps, delays and patience.</param>
public sealed record ActorRuntime(TaskScheduler Scheduler, TimeProvider Time)
{
    /// <summary>The thread pool and the system's clock.</summary>
    public static ActorRuntime System { get; } = new(TaskScheduler.Default, TimeProvider.System);

    /// <summary>Starts something that goes on by itself; its task ends when it does.</summary>
    public Task Start(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();
}
