using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Listens at the interfaces of ports and writes down what passes, in both directions.</summary>
/// <remarks>
/// Two sockets an interface, one for each direction. Packets of both are in the order in which they are read, what comes in first; a few
/// microseconds more or less may be between them and the wire.
/// </remarks>
internal sealed class CaptureHost : IDisposable
{
    private const int WaitMilliseconds = 200;

    private readonly ImmutableArray<(int Interface, string Port, bool IsInbound, PacketSocket Socket)> _sockets;
    private readonly PollSet _poll = new();
    private readonly FrameBatch _batch = new();

    private CaptureHost(ImmutableArray<(int Interface, string Port, bool IsInbound, PacketSocket Socket)> sockets)
    {
        _sockets = sockets;
        for (var i = 0; i < sockets.Length; i++)
            _poll.Add(sockets[i].Socket.Descriptor, (ulong)i);
    }

    /// <summary>Packets that came faster than they were read, and are missing.</summary>
    public long Lost { get; private set; }

    /// <summary>Opens the sockets.</summary>
    /// <param name="process">The agent's process, in whose network namespace the interfaces are; 0 for this one's.</param>
    /// <param name="ports">Names of ports and of their interfaces.</param>
    /// <exception cref="FabricException">An interface cannot be listened at.</exception>
    public static CaptureHost Open(int process, IReadOnlyList<(string Port, string Interface)> ports)
    {
        try
        {
            if (process == 0)
                return new CaptureHost(OpenAll(ports));
            using var there = NetworkNamespace.OpenOfProcess(process);
            return new CaptureHost(NetworkNamespace.RunIn(there, $"the network namespace of process {process}", () => OpenAll(ports)));
        }
        catch (LinuxException refused)
        {
            throw new FabricException(CaptureErrors.CannotListen, "the ports' interfaces cannot be listened at", refused.Message);
        }
    }

    /// <summary>Captures until it is told to stop; between packets it tells up to when all have been told.</summary>
    /// <param name="verdicts">Tells what becomes of them.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<CaptureNews> ReadAsync(
        VerdictPath verdicts,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Run(() => _poll.Wait(stackalloc PollEvent[PollSet.MaxEvents], WaitMilliseconds), CancellationToken.None);
            foreach (var (index, port, isInbound, socket) in _sockets)
            {
                var received = socket.Receive(_batch);
                Lost += socket.TakeKernelDrops();
                for (var i = 0; i < received; i++)
                {
                    ChecksumCompletion.Finish(_batch.Frame(i), ref _batch.Header(i));
                    var frame = _batch.Frame(i).ToArray();
                    var time = clock.GetUtcNow();
                    var comment = isInbound ? await verdicts.FindAsync(port, frame, CancellationToken.None) : $"delivered to port {port}";
                    yield return CaptureNews.Of(new CapturedFrame(new CapturedPacket(index, time, isInbound, comment), frame));
                }
            }
            // Each has the time at which it is read.
            yield return CaptureNews.AllUntil(clock.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, _, socket) in _sockets)
            socket.Dispose();
        _poll.Dispose();
        _batch.Dispose();
    }

    private static ImmutableArray<(int Interface, string Port, bool IsInbound, PacketSocket Socket)> OpenAll(
        IReadOnlyList<(string Port, string Interface)> ports
    )
    {
        var sockets = ImmutableArray.CreateBuilder<(int, string, bool, PacketSocket)>();
        try
        {
            for (var i = 0; i < ports.Count; i++)
            {
                foreach (var isInbound in (bool[])[true, false])
                    sockets.Add(
                        (
                            i,
                            ports[i].Port,
                            isInbound,
                            PacketSocket.Open(ports[i].Interface, new PacketSocketOptions { HearsSent = !isInbound })
                        )
                    );
            }
            return sockets.ToImmutable();
        }
        catch
        {
            foreach (var (_, _, _, socket) in sockets)
                socket.Dispose();
            throw;
        }
    }
}
