using System.Net.Sockets;

namespace Fabric.Topology.Journal;

/// <summary>Lets the processes that share a journal's file wake each other: a datagram socket each, in a directory beside the file.</summary>
/// <remarks>
/// A hint and nothing more: a datagram that is lost, or a directory that cannot be written, costs a wait until the next look at the file.
/// Any thread may tell; one caller at a time waits. docs/decisions/0011-waking.md says why it is not the file alone.
/// </remarks>
internal sealed class WakeSocket(string journalPath) : IDisposable
{
    private static readonly byte[] Word = [1];

    private readonly string _directory = journalPath + "-wake";
    private readonly Socket _sender = NewSocket();
    private readonly byte[] _buffer = new byte[1];
    private Socket? _listener;
    private string? _path;
    private Task<int>? _receiving;

    /// <summary>Others can wake this process.</summary>
    internal bool IsListening => _listener is not null;

    /// <summary>Begins to listen, if the directory can be made and its name is short enough for a socket.</summary>
    internal void Listen()
    {
        if (_listener is not null)
            return;
        var listener = NewSocket();
        try
        {
            Directory.CreateDirectory(_directory);
            _path = Path.Combine(_directory, Path.GetRandomFileName());
            listener.Bind(new UnixDomainSocketEndPoint(_path));
            _listener = listener;
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            _path = null;
        }
    }

    /// <summary>Waits for a word of another process, but not longer than a time.</summary>
    internal async ValueTask WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(longest, time, enough.Token);
        if (_listener is null)
        {
            await delay;
            return;
        }
        _receiving ??= _listener.ReceiveAsync(_buffer, SocketFlags.None, CancellationToken.None).AsTask();
        await Task.WhenAny(_receiving, delay);
        enough.Cancel();
        cancellation.ThrowIfCancellationRequested();
        if (!_receiving.IsCompleted)
            return;
        _receiving = null;
        // One look at the file answers all words that have come by now.
        while (_listener.Available > 0)
            _listener.Receive(_buffer);
    }

    /// <summary>Wakes all others. Never waits and never fails: what it is about is stored already.</summary>
    internal void TellOthers()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(_directory))
            {
                if (path != _path)
                    Tell(path);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // No directory: nobody listens, or nobody can.
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _listener?.Dispose();
        if (_path is not null)
            File.Delete(_path);
    }

    private void Tell(string path)
    {
        try
        {
            _sender.SendTo(Word, new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Its process was killed; nobody else will tidy up after it.
            File.Delete(path);
        }
        catch (Exception refused) when (refused is SocketException or ArgumentException)
        {
            // Full, so it will wake anyway; or gone just now; or another user's.
        }
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
}
