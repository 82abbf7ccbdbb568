using System.Buffers;
using System.Threading.Channels;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Makes one file of what several sources capture at once, in the order of time.</summary>
/// <param name="sources">Each tells of packets until it is told to stop, and now and then that all of before a time have been told.</param>
/// <param name="window">Puts them in order.</param>
/// <param name="clock">The clock.</param>
internal sealed class CaptureMergePath(
    IReadOnlyList<Func<Func<CaptureNews, ValueTask>, CancellationToken, Task>> sources,
    CaptureWindow window,
    TimeProvider clock
)
{
    private const int Capacity = 4096;

    /// <summary>Writes until there are enough packets, it is told to stop, or a source fails.</summary>
    /// <param name="output">Where to; flushed whenever nothing waits.</param>
    /// <param name="limit">Packets at most.</param>
    /// <param name="cancellation">Ends it; what has come until then is written.</param>
    /// <returns>How many were written.</returns>
    public async Task<long> RunAsync(Stream output, long limit, CancellationToken cancellation)
    {
        var frames = Channel.CreateBounded<(int Source, CaptureNews News)>(Capacity);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Task.WhenAll(sources.Select((source, place) => ReadAsync(source, place, frames.Writer, stop.Token)));
        var count = 0L;
        try
        {
            while (count < limit && await frames.Reader.WaitToReadAsync(cancellation))
            {
                for (var taken = 0; taken < Capacity && frames.Reader.TryRead(out var told); taken++)
                    window.Take(told.Source, told.News, clock.GetUtcNow());
                count += await WriteAsync(output, clock.GetUtcNow(), limit - count);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Enough.
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            // Also where a source has failed: what was held back has been seen.
            count += await WriteAsync(output, DateTimeOffset.MaxValue, limit - count);
        }
        return count;
    }

    private static async Task ReadAsync(
        Func<Func<CaptureNews, ValueTask>, CancellationToken, Task> source,
        int place,
        ChannelWriter<(int Source, CaptureNews News)> output,
        CancellationToken cancellation
    )
    {
        try
        {
            await source(news => output.WriteAsync((place, news), cancellation), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (Exception failure)
        {
            // Whoever writes the file tells of it.
            output.TryComplete(failure);
        }
    }

    private async Task<long> WriteAsync(Stream output, DateTimeOffset now, long limit)
    {
        var (buffer, count) = (new ArrayBufferWriter<byte>(), 0L);
        for (; count < limit && window.TryGive(now, out var frame); count++)
            PcapngWriter.WritePacket(buffer, frame.Packet, frame.Bytes);
        if (count > 0)
        {
            await output.WriteAsync(buffer.WrittenMemory, CancellationToken.None);
            await output.FlushAsync(CancellationToken.None);
        }
        return count;
    }
}
