namespace Fabric.Topology.Actors;

/// <summary>Tells work to end.</summary>
internal static class Stopping
{
    /// <summary>Cancels, whatever becomes of those who are told: a driver whose connection broke at this moment answers with an exception.</summary>
    /// <remarks>All are told before it comes out, so nothing is left undone.</remarks>
    internal static void Stop(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException broken) when (broken.InnerExceptions.All(each => each is ObjectDisposedException)) { }
    }
}
