using Fabric.Changes;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of feed messages and of snapshots.</summary>
internal static class FeedLayouts
{
    private static readonly FieldCodec<UInt128> _half = ValueCodec.Number(128, half => half, half => half);

    public static Layout<FeedPlace> Place { get; } =
        new Layout<FeedPlace>("place", default)
            .Required(1, ValueCodec.Int64, place => place.Position, (place, position) => place with { Position = position })
            .Required(2, _half, place => place.HashHigh, (place, half) => place with { HashHigh = half })
            .Required(3, _half, place => place.HashLow, (place, half) => place with { HashLow = half });

    public static Layout<TopologySnapshot> Snapshot { get; } =
        new Layout<TopologySnapshot>("snapshot", TopologySnapshot.Empty)
            .Required(1, ValueCodec.Int64, topology => topology.Position, (topology, position) => topology with { Position = position })
            .Repeated(
                2,
                DeviceLayouts.Device,
                TopologyAssembly.DevicesOf,
                (topology, devices) => TopologyAssembly.Of(topology.Position, devices)
            )
            .Optional(
                3,
                KeyLayouts.Keys,
                topology => topology.TunnelKeys is { Last: 0, ByDevice.IsEmpty: true, Resting.IsEmpty: true } ? null! : topology.TunnelKeys,
                (topology, keys) => topology with { TunnelKeys = keys.Indexed() },
                since: 2
            )
            .Repeated(
                4,
                KeyLayouts.HostKey,
                topology => topology.PeerKeys.OrderBy(pair => pair.Key.Value),
                (topology, keys) => topology with { PeerKeys = keys.ToPersistentMap(pair => pair.Key, pair => pair.Value) },
                since: 3
            )
            .Repeated(
                5,
                PortLeaseLayouts.Router,
                topology => topology.PortLeases.ByRouter.OrderBy(pair => pair.Key.Value),
                (topology, routers) =>
                    topology with
                    {
                        PortLeases = new PortLeases { ByRouter = routers.ToPersistentMap(pair => pair.Key, pair => pair.Value) },
                    },
                since: 6
            );

    public static Union<FeedMessage> Message { get; } =
        // 1, 3, 4 and 5 were messages of earlier versions.
        new Union<FeedMessage>("feed message")
            .Case(
                2,
                new Layout<FeedMessage.Entry>("fed entry", new(default, new JournalEntry(0, default, "", "", default, [])))
                    .Required(1, Place, message => message.Place, (message, place) => message with { Place = place })
                    .Required(2, ChangeLayouts.Entry, message => message.Journal, (message, entry) => message with { Journal = entry })
            )
            .Case(
                6,
                new Layout<FeedMessage.Idle>("idle", new(default(FeedPlace))).Required(
                    1,
                    Place,
                    message => message.Place,
                    (message, place) => message with { Place = place }
                )
            );
}
