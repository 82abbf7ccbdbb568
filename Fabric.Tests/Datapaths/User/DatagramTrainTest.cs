using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;

namespace Fabric.Tests.Datapaths.User;

public class DatagramTrainTest
{
    private static readonly IpAddress[] s_hosts = [IpAddress.Parse("192.0.2.1"), IpAddress.Parse("192.0.2.2")];

    [Test]
    public void What_is_cut_at_equal_lengths_is_what_was_put_in()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var train = new DatagramTrain();
            var waiting = new List<byte[]>();
            for (var i = 0; i < 300; i++)
            {
                var destination = s_hosts[random.Next(20) == 0 ? 1 : 0];
                var datagram = new byte[random.Next(4) == 0 ? random.Next(1, 9000) : 1450];
                random.NextBytes(datagram);
                if (!train.TryAdd(destination, datagram.Length, out var room))
                {
                    Check(train, waiting, $"seed {seed}");
                    train.TryAdd(destination, datagram.Length, out room).ShouldBeTrue();
                }
                room.Length.ShouldBe(datagram.Length);
                datagram.CopyTo(room);
                waiting.Add(datagram);
                train.Destination.ShouldBe(destination);
            }
            Check(train, waiting, $"seed {seed}");
        }
    }

    [Test]
    public void It_holds_no_more_than_the_kernel_takes()
    {
        var train = new DatagramTrain();
        var count = 0;
        while (train.TryAdd(s_hosts[0], 100, out _))
            count++;
        count.ShouldBe(DatagramTrain.MaxDatagrams);
        train.Clear();
        for (count = 0; train.TryAdd(s_hosts[0], 1458, out _); )
            count++;
        count.ShouldBe(DatagramTrain.MaxBytes / 1458);
        train.Clear();
        train.TryAdd(s_hosts[0], DatagramTrain.MaxBytes, out _).ShouldBeTrue();
        train.Clear();
        train.TryAdd(s_hosts[0], DatagramTrain.MaxBytes + 1, out _).ShouldBeFalse();
    }

    [Test]
    public void A_shorter_one_is_the_last_a_longer_one_is_the_next()
    {
        var train = new DatagramTrain();
        train.TryAdd(s_hosts[0], 100, out _).ShouldBeTrue();
        train.TryAdd(s_hosts[0], 101, out _).ShouldBeFalse();
        train.TryAdd(s_hosts[1], 100, out _).ShouldBeFalse();
        train.TryAdd(s_hosts[0], 99, out _).ShouldBeTrue();
        train.TryAdd(s_hosts[0], 99, out _).ShouldBeFalse();
        train.Count.ShouldBe(2);
    }

    private static void Check(DatagramTrain train, List<byte[]> waiting, string seed)
    {
        train.Count.ShouldBe(waiting.Count, seed);
        train.Count.ShouldBeLessThanOrEqualTo(DatagramTrain.MaxDatagrams);
        train.Bytes.Length.ShouldBeLessThanOrEqualTo(DatagramTrain.MaxBytes);
        for (var i = 0; i < waiting.Count; i++)
            train[i].SequenceEqual(waiting[i]).ShouldBeTrue($"{seed}, datagram {i}");
        // As the kernel does: the whole by the length of the first.
        var cut = train.Bytes.ToArray().Chunk(train.DatagramBytes).ToArray();
        cut.Length.ShouldBe(waiting.Count, seed);
        train.Clear();
        waiting.Clear();
    }
}
