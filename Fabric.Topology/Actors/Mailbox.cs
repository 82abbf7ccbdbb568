using System.Threading.Channels;

namespace Fabric.Topology.Actors;

/// <summary>A bounded queue of messages that are received one turn at a time, in the order they were posted.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <remarks>
/// Any thread may post. A turn takes what is waiting, up to a limit, and the next begins only when it has ended; so whoever receives
/// needs no locks. Messages that were accepted are received even after disposal has begun. A receiver must not throw: if it does, that is
/// our bug, the mailbox closes, and <see cref="Completion"/> carries the exception.
/// </remarks>
public sealed class Mailbox<T> : IAsyncDisposable
{
    private readonly Channel<T> _messages;
    private long _refused;

    /// <summary>Opens a mailbox and starts receiving.</summary>
    /// <param name="runtime">What turns run on.</param>
    /// <param name="capacity">How many messages may wait, at least 1.</param>
    /// <param name="turn">How many messages a turn takes at most, at least 1.</param>
    /// <param name="receive">Takes one turn's messages; the list is only good until it returns.</param>
    public Mailbox(ActorRuntime runtime, int capacity, int turn, Func<IReadOnlyList<T>, ValueTask> receive)
    {
        Capacity = capacity;
        _messages = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });
        var loop = new MailboxLoop<T>(_messages, turn, receive);
        Completion = runtime.Start(loop.RunAsync);
    }

    /// <summary>How many messages may wait.</summary>
    public int Capacity { get; }

    /// <summary>How many messages wait now.</summary>
    public int Waiting => _messages.Reader.Count;

    /// <summary>How many messages found the mailbox full, or closed, and were not taken.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Ends when the last message was received after disposal, or with the exception of a receiver.</summary>
    public Task Completion { get; }

    /// <summary>Posts a message if there is room; never waits.</summary>
    /// <returns>False if the mailbox is full or closed, which <see cref="Refused"/> counts.</returns>
    public bool TryPost(T message)
    {
        if (_messages.Writer.TryWrite(message))
            return true;
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Posts a message, waiting for room.</summary>
    /// <exception cref="ChannelClosedException">The mailbox is closed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; the message was not posted.</exception>
    public ValueTask PostAsync(T message, CancellationToken cancellation = default) => _messages.Writer.WriteAsync(message, cancellation);

    /// <summary>Takes no more messages and waits until those that were accepted have been received.</summary>
    public ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        return new ValueTask(Completion);
    }
}
