namespace Fabric.Topology.Actors;

/// <summary>Waits that can be given up and that stay on the caller's scheduler.</summary>
/// <remarks>
/// <see cref="Task.WaitAsync(CancellationToken)"/> hops over the thread pool when the task's continuations are asynchronous, which makes a
/// world of one thread have two.
/// </remarks>
public static class Waiting
{
    /// <summary>Ends with the task, or as cancelled.</summary>
    public static Task Until(this Task task, CancellationToken cancellation) =>
        task.ContinueWith(static done => done.GetAwaiter().GetResult(), cancellation, TaskContinuationOptions.None, TaskScheduler.Current);

    /// <summary>Ends with the task's result, or as cancelled.</summary>
    public static Task<T> Until<T>(this Task<T> task, CancellationToken cancellation) =>
        task.ContinueWith(static done => done.GetAwaiter().GetResult(), cancellation, TaskContinuationOptions.None, TaskScheduler.Current);
}
