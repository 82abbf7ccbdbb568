using Fabric.Agent.Datapaths;
using Fabric.Topology.Actors;

namespace Fabric.Agent.Upcalls;

/// <summary>One upcall thread with all that is its own: its side of the datapath, its ports' packets, its flows.</summary>
/// <param name="Datapath">Its side of the datapath; touched by the thread only.</param>
/// <param name="Inbox">What others post to it.</param>
/// <param name="Parts">What it works with; touched by the thread only.</param>
/// <param name="Loop">The thread.</param>
public sealed record UpcallShard(IDatapath Datapath, UpcallInbox Inbox, UpcallParts Parts, UpcallLoop Loop) : IDisposable
{
    /// <summary>Has the thread do something and tells what came of it.</summary>
    /// <param name="work">Runs on the thread.</param>
    /// <param name="ended">Cancelled when the thread has ended, which answers nobody.</param>
    public Task<T> On<T>(Func<UpcallShard, T> work, CancellationToken ended)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Inbox.Post(() =>
        {
            try
            {
                result.SetResult(work(this));
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        });
        return result.Task.Until(ended);
    }

    /// <summary>Ends the thread, then closes its side of the datapath.</summary>
    public void Dispose()
    {
        Loop.Dispose();
        Inbox.Dispose();
    }
}
