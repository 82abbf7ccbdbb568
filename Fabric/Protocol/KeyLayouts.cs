using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of the tunnel keys, and of the keys of hosts, that a snapshot holds.</summary>
internal static class KeyLayouts
{
    /// <summary>A host's key: its 64 bytes.</summary>
    public static FieldCodec<PeerKey> PeerKey { get; } = ValueCodec.Of<PeerKey>(WritePeerKey, TryReadPeerKey);

    /// <summary>A host with its key.</summary>
    public static Layout<KeyValuePair<HostId, PeerKey>> HostKey { get; } =
        new Layout<KeyValuePair<HostId, PeerKey>>("host with its key", default)
            .Required(1, ValueCodec.Host, pair => pair.Key, (pair, host) => new(host, pair.Value))
            .Required(2, PeerKey, pair => pair.Value, (pair, key) => new(pair.Key, key));

    private static readonly Layout<KeyValuePair<DeviceRef, uint>> _given = new Layout<KeyValuePair<DeviceRef, uint>>("given key", default)
        .Required(1, ValueCodec.Ref, pair => pair.Key, (pair, device) => new(device, pair.Value))
        .Required(2, ValueCodec.Key, pair => pair.Value, (pair, key) => new(pair.Key, key));

    private static readonly Layout<RestingKey> _resting = new Layout<RestingKey>("resting key", default)
        .Required(1, ValueCodec.Key, resting => resting.Key, (resting, key) => resting with { Key = key })
        .Required(2, ValueCodec.Int64, resting => resting.Position, (resting, position) => resting with { Position = position })
        .Required(3, ValueCodec.Time, resting => resting.Time, (resting, time) => resting with { Time = time });

    public static Layout<TunnelKeys> Keys { get; } =
        new Layout<TunnelKeys>("tunnel keys", TunnelKeys.None)
            .Required(1, ValueCodec.Key, keys => keys.Last, (keys, last) => keys with { Last = last })
            .Repeated(
                2,
                _given,
                keys => keys.ByDevice.OrderBy(pair => pair.Value),
                (keys, given) => keys with { ByDevice = given.ToPersistentMap(pair => pair.Key, pair => pair.Value) }
            )
            .Repeated(3, _resting, keys => keys.Resting, (keys, resting) => keys with { Resting = [.. resting] });

    private static void WritePeerKey(FieldWriter writer, PeerKey key)
    {
        writer.Fixed128(key.XHigh);
        writer.Fixed128(key.XLow);
        writer.Fixed128(key.YHigh);
        writer.Fixed128(key.YLow);
    }

    private static bool TryReadPeerKey(ReadOnlySpan<byte> content, out PeerKey key)
    {
        var isOne = content.Length == Devices.PeerKey.Length;
        key = isOne ? Devices.PeerKey.Read(content) : default;
        return isOne;
    }
}
