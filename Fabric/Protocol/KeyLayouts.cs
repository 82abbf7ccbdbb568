using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of the tunnel keys that a snapshot holds.</summary>
internal static class KeyLayouts
{
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
                (keys, given) => keys with { ByDevice = given.ToImmutableDictionary() }
            )
            .Repeated(3, _resting, keys => keys.Resting, (keys, resting) => keys with { Resting = [.. resting] });
}
