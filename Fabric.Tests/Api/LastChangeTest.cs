using Fabric.Agent.Api;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Api;

[CancelAfter(300_000)]
public class LastChangeTest
{
    private readonly MemoryTestbed _testbed = new();

    [TearDown]
    public async Task TearDown() => await _testbed.DisposeAsync();

    [Test]
    public async Task TheLastOfSeveralChangesIsFoundAlsoPastManyOthers(CancellationToken cancellation)
    {
        var hive = await _testbed.OpenAsync();
        await AcceptAsync(hive, "ana", 1, isUp: true);
        await AcceptAsync(hive, "ben", 1, isUp: false);
        for (var i = 0; i < 600; i++)
            await AcceptAsync(hive, "carol", 2, isUp: i % 2 == 0);

        var found = (await LastChangePath.FindAsync(hive, new BridgeId(1), cancellation)).ShouldNotBeNull();

        (found.Author, found.Position, found.Reason).ShouldBe(("ben", 2, "test"));
        (await LastChangePath.FindAsync(hive, new BridgeId(3), cancellation)).ShouldBeNull();
    }

    private static async Task AcceptAsync(IHive hive, string author, ulong bridge, bool isUp) =>
        (await hive.SubmitAsync(Wishes.From(author, Wishes.Bridge(bridge, isUp)))).ShouldBeOfType<SubmitResult.Accepted>();
}
