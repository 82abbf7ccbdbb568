using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A source port of the tunnel: collects datagrams as long as they can leave in one call.</summary>
/// <remarks>Those of a flow keep their order, since it keeps to one port.</remarks>
/// <param name="socket">Disposed with it.</param>
/// <param name="port">The UDP port of other hosts.</param>
/// <param name="counters">Where what is sent is counted, by datagram.</param>
internal sealed class TunnelSocket(DatagramSocket socket, ushort port, VxlanCounters counters) : IDisposable
{
    private readonly DatagramTrain _train = new();
    private byte _tos;

    /// <summary>Datagrams leave together; at first, if the kernel can do that.</summary>
    public bool CanSegment { get; set; } = socket.CanSegment;

    /// <summary>Something waits to be sent.</summary>
    public bool IsDirty => _train.Count > 0;

    /// <summary>Adds a datagram; what cannot leave together with it leaves before.</summary>
    /// <param name="destination">The other host.</param>
    /// <param name="tos">The outer type of service.</param>
    /// <param name="length">1 to <see cref="DatagramTrain.MaxBytes"/>.</param>
    /// <returns>To be written by the caller, before anything else is done here.</returns>
    public Span<byte> Add(IpAddress destination, byte tos, int length)
    {
        if (!CanSegment || tos != _tos)
            Flush();
        _tos = tos;
        if (_train.TryAdd(destination, length, out var datagram))
            return datagram;
        Flush();
        return _train.TryAdd(destination, length, out datagram) ? datagram : throw new UnreachableException("no room in an empty train");
    }

    /// <summary>Sends what was collected. What the kernel does not take is dropped and counted.</summary>
    public void Flush()
    {
        if (_train.Count == 0)
            return;
        socket.SendWith(_tos);
        var destination = InternetAddress.Of(_train.Destination, port);
        if (_train.Count == 1 || !TrySendTogether(destination))
        {
            for (var i = 0; i < _train.Count; i++)
                Count(SendOne(_train[i], destination), 1);
        }
        _train.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static bool IsSettled(Errno errno) => errno is Errno.None or Errno.MessageTooLong or Errno.TryAgain or Errno.NoBuffers;

    /// <summary>False if they are to be sent one by one.</summary>
    private bool TrySendTogether(InternetAddress destination)
    {
        var errno = socket.Send(_train.Bytes, _train.DatagramBytes, destination);
        // An error that an earlier datagram met on its way is told once, and these were not sent.
        if (!IsSettled(errno))
            errno = socket.Send(_train.Bytes, _train.DatagramBytes, destination);
        // A device that leaves checksums to software takes none to be cut, in kernels that do not do it for it.
        CanSegment &= errno != Errno.InputOutput;
        if (errno is not (Errno.None or Errno.TryAgain or Errno.NoBuffers))
            return false;
        Count(errno, _train.Count);
        counters.SentTogether += errno == Errno.None ? _train.Count : 0;
        return true;
    }

    private Errno SendOne(ReadOnlySpan<byte> datagram, InternetAddress destination)
    {
        var errno = socket.Send(datagram, destination);
        return IsSettled(errno) ? errno : socket.Send(datagram, destination);
    }

    private void Count(Errno errno, int datagrams)
    {
        counters.Sent += errno == Errno.None ? datagrams : 0;
        counters.TooLong += errno == Errno.MessageTooLong ? datagrams : 0;
        counters.Unsent += errno is Errno.None or Errno.MessageTooLong ? 0 : datagrams;
    }
}
