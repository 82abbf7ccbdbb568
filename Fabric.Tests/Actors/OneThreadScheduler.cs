using Fabric.Topology.Actors;

namespace Fabric.Tests.Actors;

/// <summary>Runs all turns of all actors on the caller's thread, in an order that a seed decides; time passes only when nothing can run.</summary>
internal sealed class OneThreadScheduler : TaskScheduler
{
    private readonly List<Task> _ready = [];
    private readonly Random _random;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile string? _strayed;

    public OneThreadScheduler(int seed)
    {
        _random = new Random(seed);
        Runtime = new ActorRuntime(this, Time);
    }

    public ManualTime Time { get; } = new();

    public ActorRuntime Runtime { get; }

    /// <summary>What is no task: takes a turn, and tells whether there was anything to do. They run among the tasks, and time passes when none has anything.</summary>
    public List<Func<bool>> Threads { get; } = [];

    /// <summary>Runs a story and everything that it starts, until it has ended.</summary>
    public void Run(Func<Task> story, int maxSteps = 1_000_000)
    {
        // A context of the test runner's would take continuations before this scheduler.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var task = Runtime.Start(story);
            for (var step = 0; !task.IsCompleted; step++)
            {
                step.ShouldBeLessThan(maxSteps, "the story does not end");
                Step();
            }
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    protected override void QueueTask(Task task)
    {
        // Found out by tests that failed one time in ten: anything that hops over the thread pool makes two threads of one.
        if (Environment.CurrentManagedThreadId != _thread)
            _strayed ??= Environment.StackTrace;
        _ready.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    private void Step()
    {
        if (_strayed is { } where)
            throw new InvalidOperationException($"something ran on another thread: {where}");
        if (_ready.Count + Threads.Count == 0)
        {
            Time.Pass();
            return;
        }
        var index = _random.Next(_ready.Count + Threads.Count);
        if (index >= _ready.Count)
        {
            var wasBusy = Threads[index - _ready.Count]() || _ready.Count > 0;
            if (!wasBusy && !Threads.ToArray().Any(turn => turn()))
                Time.Pass();
            return;
        }
        var task = _ready[index];
        _ready.RemoveAt(index);
        TryExecuteTask(task);
    }
}
