using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Tests.Bindings;

[TestFixture]
public sealed class FloodCopiesTest
{
    private static readonly PortLocation s_there = PortLocation.Remote(
        9,
        0x11,
        IpAddress.Parse("192.0.2.1"),
        IpAddress.Parse("192.0.2.2"),
        new TunnelOptions(TunnelFlags.Key, 0, 64)
    ) with
    {
        FloodKey = 0x20,
        FloodSize = 2,
    };

    [TestCase(1ul, 2ul, true)]
    [TestCase(1ul, 1ul, false)] // Links make a ring: both copies are the one port's, and the other port has none.
    public void OneCopyStandsForAllIfEachPortHasOne(ulong first, ulong second, bool isOneForAll)
    {
        var floods = new FloodCopies();
        floods.Count(new PortId(first), s_there);
        floods.Count(new PortId(second), s_there);
        floods.IsOneForAll(s_there).ShouldBe(isOneForAll);
    }
}
