using Fabric.Tests.Actors;
using Fabric.Topology.Actors;

namespace Fabric.Tests.World;

/// <summary>What one start of an agent runs on. When it is killed nothing of it runs any more, wherever it was.</summary>
internal sealed class WorldProcess : TaskScheduler
{
    private readonly OneThreadScheduler _thread;
    private readonly WorldClock _clock;

    public WorldProcess(OneThreadScheduler thread, WorldClock clock)
    {
        (_thread, _clock) = (thread, clock);
        Runtime = new ActorRuntime(this, clock);
    }

    public ActorRuntime Runtime { get; }

    public bool IsDead { get; private set; }

    /// <summary>Nothing is closed, nobody is told.</summary>
    public void Kill()
    {
        IsDead = true;
        _clock.Stop();
    }

    protected override void QueueTask(Task task) =>
        _ = Task.Factory.StartNew(() => Execute(task), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _thread);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Execute(Task task)
    {
        if (!IsDead)
            TryExecuteTask(task);
    }
}
