using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Tests.Devices;

public class ConnectionKeyTest
{
    private static readonly ConnectionKey Key = new(
        new BridgeId(7),
        6,
        IpAddress.Parse("10.0.0.1"),
        IpAddress.Parse("10.0.0.2"),
        40000,
        80
    );

    [Test]
    public void TheReverseOfTheReverseIsTheKey()
    {
        DeviceRef other = new RouterId(8);
        Key.ReverseAt(other).ShouldBe(new ConnectionKey(other, 6, Key.Destination, Key.Source, 80, 40000));
        Key.ReverseAt(other).ReverseAt(Key.Device).ShouldBe(Key);
    }

    [Test]
    public void EqualKeysHaveEqualTagsAndEveryMemberCounts()
    {
        ConnectionKey[] keys =
        [
            Key,
            Key with
            {
                Device = new BridgeId(8),
            },
            Key with
            {
                Device = new RouterId(7),
            },
            Key with
            {
                Protocol = 17,
            },
            Key with
            {
                Source = IpAddress.Parse("10.0.0.3"),
            },
            Key with
            {
                Source = IpAddress.V6(Key.Source.Bits),
                Destination = IpAddress.V6(Key.Destination.Bits),
            },
            Key with
            {
                Destination = IpAddress.Parse("fd00::2"),
            },
            Key with
            {
                SourcePort = 40001,
            },
            Key with
            {
                DestinationPort = 81,
            },
            Key.ReverseAt(Key.Device),
        ];
        keys.Select(key => key.Tag).Distinct().Count().ShouldBe(keys.Length);
        (Key with { }).Tag.ShouldBe(Key.Tag);
        Key.Tag.Kind.ShouldBe(FlowTagKind.Connection);
    }

    [Test]
    public void TagsOfManyConnectionsDoNotFallTogether()
    {
        var tags = new HashSet<(ulong, ulong)>();
        for (var i = 0; i < 100_000; i++)
        {
            var key = Key with { SourcePort = (ushort)i, Source = IpAddress.V4(0x0a00_0000u + (uint)(i >> 8)) };
            tags.Add((key.Tag.DetailHigh, key.Tag.DetailLow)).ShouldBeTrue();
        }
    }

    /// <summary>What the core says does not differ from process to process, as HashCode does.</summary>
    [Test]
    public void TheTagIsTheSameInEveryProcess() =>
        (Key.Tag.DetailHigh, Key.Tag.DetailLow).ShouldBe((14_329_198_360_461_493_206ul, 17_699_155_311_699_782_863ul));
}
