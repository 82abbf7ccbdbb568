using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

[TestFixture]
public sealed class UpcallQueueTest
{
    private UpcallQueue _queue = null!;

    [SetUp]
    public void SetUp() => _queue = new UpcallQueue();

    [Test]
    public void A_port_alone_fills_the_batch()
    {
        var port = Ready(1);
        Serve(waiting: new() { [port] = 1000 }).ShouldBe(new() { [port] = UpcallBatch.Capacity });
    }

    [Test]
    public void A_port_that_floods_leaves_the_others_their_share()
    {
        var (flood, calm) = (Ready(1), Ready(2));
        var served = Serve(waiting: new() { [flood] = 1000, [calm] = 3 });
        served[calm].ShouldBe(3);
        served[flood].ShouldBe(UpcallBatch.Capacity - 3);
    }

    [Test]
    public void Ports_that_flood_alike_are_served_alike()
    {
        var ports = Enumerable.Range(1, 5).Select(number => Ready((uint)number)).ToArray();
        var waiting = ports.ToDictionary(port => port, _ => 100_000);
        var total = ports.ToDictionary(port => port, _ => 0);
        for (var batch = 0; batch < 100; batch++)
        {
            foreach (var (port, count) in Serve(waiting))
                total[port] += count;
        }
        // 5 does not divide 64: whoever is cut off by the end of a batch goes on in the next.
        (total.Values.Max() - total.Values.Min()).ShouldBeLessThanOrEqualTo(UpcallQueue.Quantum);
        total.Values.Sum().ShouldBe(100 * UpcallBatch.Capacity);
    }

    [Test]
    public void A_port_that_begins_to_wait_is_served_within_one_batch_however_many_flood()
    {
        var waiting = Enumerable.Range(1, 7).ToDictionary(number => Ready((uint)number), _ => 100_000);
        Serve(waiting);
        var late = Ready(99);
        waiting[late] = 1;
        Serve(waiting)[late].ShouldBe(1);
    }

    [Test]
    public void A_port_that_is_removed_is_not_served()
    {
        var (gone, stays) = (Ready(1), Ready(2));
        _queue.Remove(gone);
        Serve(waiting: new() { [gone] = 10, [stays] = 10 }).Keys.ShouldBe([stays]);
        _queue.IsEmpty.ShouldBeTrue();
    }

    private OvsPort Ready(uint number)
    {
        var port = new OvsPort(number);
        _queue.Add(port);
        return port;
    }

    /// <summary>One batch, as the datapath fills it.</summary>
    private Dictionary<OvsPort, int> Serve(Dictionary<OvsPort, int> waiting)
    {
        var served = new Dictionary<OvsPort, int>();
        foreach (var (port, count) in waiting)
        {
            if (count > 0 && port.IsReady)
                _queue.Add(port);
        }
        for (var used = 0; used < UpcallBatch.Capacity && _queue.Next(UpcallBatch.Capacity - used, out var allowed) is { } port; )
        {
            var brought = Math.Min(allowed, waiting[port]);
            waiting[port] -= brought;
            served[port] = served.GetValueOrDefault(port) + brought;
            used += brought;
            _queue.Served(port, allowed, brought);
        }
        return served;
    }
}
