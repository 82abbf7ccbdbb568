using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Topology.Learned;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Learned;

[TestFixture]
public sealed class FactOutboxTest
{
    private static readonly MacKey s_station = new(new BridgeId(1), 0, MacAddress.Parse("02:00:00:00:00:07"));

    [Test]
    public void OfTwoFactsAboutOneThingThatGotLostTheNewerIsToldAgain()
    {
        var (time, outbox) = (new ManualTime(), new FactOutbox());
        foreach (var version in new[] { 1, 2 })
        {
            outbox.Post(new StampedFact(new LearnedFact.Station(s_station, new PortId((ulong)version)), new HostId(1), version));
            Next(outbox, time).ShouldBe([version], "each is sent at once");
        }
        time.Pass(PeerPatience.First);
        Next(outbox, time).ShouldBe([2]);
    }

    private static IEnumerable<long> Next(FactOutbox outbox, ManualTime time)
    {
        outbox.TryNext(time, time.GetTimestamp(), incarnation: 1, out var message).ShouldBeTrue();
        return message!.Facts.Select(fact => fact.Version);
    }
}
