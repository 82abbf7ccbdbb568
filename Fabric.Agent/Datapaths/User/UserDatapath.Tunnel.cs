using Fabric.Addresses;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <content>Frames to and from other hosts, encapsulated here.</content>
public sealed partial class UserDatapath
{
    private const ulong TunnelToken = ulong.MaxValue - 1;

    private readonly VxlanArrival[] _arrivals = new VxlanArrival[FrameBatch.Capacity];
    private VxlanEndpoint? _underlay;
    private uint _tunnel;
    private bool _isTunnelReady;

    /// <inheritdoc/>
    public uint AddTunnel(ushort udpPort, IReadOnlyList<IpAddress> own)
    {
        // The UDP port must be free before it is taken with other addresses.
        var number = _tunnel;
        CloseTunnel();
        _underlay = VxlanEndpoint.Open(udpPort, own);
        foreach (var descriptor in _underlay.Descriptors)
            _pollSet.Add(descriptor, TunnelToken);
        _tunnel = number == 0 ? ++_lastPort : number;
        _isTunnelReady = true;
        return _tunnel;
    }

    private void ReceiveTunneled(UpcallBatch batch)
    {
        _received.Clear();
        var isDrained = _underlay!.Receive(_received, _arrivals);
        var now = clock.GetTimestamp();
        for (var i = 0; i < _received.Count; i++)
            Switch(_tunnel, i, now, _arrivals[i], batch);
        _isTunnelReady = !isDrained;
        if (batch.Count == 0)
            Flush();
    }

    private void CloseTunnel()
    {
        foreach (var descriptor in _underlay?.Descriptors ?? [])
            _pollSet.Remove(descriptor);
        _underlay?.Dispose();
        (_underlay, _tunnel, _isTunnelReady) = (null, 0, false);
    }
}
