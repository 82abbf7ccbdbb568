using System.Threading.Tasks.Sources;

namespace Fabric.Agent.Checks;

/// <summary>A stream over bytes in memory: what is written waits to be taken, and who reads goes on inside <see cref="Feed"/>.</summary>
/// <remarks>One caller at a time; at most one read is under way. A read that waits is ended by its feeder's own call, whichever context or task scheduler that runs in.</remarks>
internal sealed class WireStream : Stream, IValueTaskSource<int>
{
    private readonly Queue<byte> _fed = new();
    private readonly List<byte> _written = [];
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte>? _wanted;
    private bool _isEnded;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Adds bytes to be read; who waits for some goes on before this returns.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isLast">There will be no more.</param>
    public void Feed(ReadOnlySpan<byte> bytes, bool isLast)
    {
        foreach (var one in bytes)
            _fed.Enqueue(one);
        _isEnded |= isLast;
        if (_wanted is not { } wanted || (_fed.Count == 0 && !_isEnded))
            return;
        _wanted = null;
        // Awaits in between would go on elsewhere where a thread has a context or a scheduler of its own.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var going = new Task(() => _read.SetResult(Fill(wanted.Span)));
            going.RunSynchronously(TaskScheduler.Default);
            going.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Takes what was written since the last time.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _written.ToArray();
        _written.Clear();
        return taken;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _fed.Count > 0 || _isEnded)
            return new(Fill(buffer.Span));
        _wanted = buffer;
        _read.Reset();
        return new(this, _read.Version);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("nobody waits here");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => _written.AddRange(buffer);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    // Without a context of the reader's, so that it goes on at once and in here.
    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _read.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    private int Fill(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _fed.Count);
        for (var i = 0; i < count; i++)
            buffer[i] = _fed.Dequeue();
        return count;
    }
}
