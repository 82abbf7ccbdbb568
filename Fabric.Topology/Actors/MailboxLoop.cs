using System.Threading.Channels;

namespace Fabric.Topology.Actors;

/// <summary>Takes the messages of a <see cref="Mailbox{T}"/> turn by turn.</summary>
internal sealed class MailboxLoop<T>(Channel<T> messages, int turn, Func<IReadOnlyList<T>, ValueTask> receive)
{
    private readonly List<T> _taken = [];

    internal async Task RunAsync()
    {
        try
        {
            while (await messages.Reader.WaitToReadAsync())
            {
                while (_taken.Count < turn && messages.Reader.TryRead(out var message))
                    _taken.Add(message);
                await receive(_taken);
                _taken.Clear();
            }
        }
        catch (Exception bug)
        {
            messages.Writer.TryComplete(bug);
            throw;
        }
    }
}
