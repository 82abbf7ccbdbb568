using Fabric.Agent.Datapaths.User;
using Fabric.Packets;

namespace Fabric.Tests.Datapaths.User;

public class SegmentJoinerTest
{
    private const int Ack = 0x10;
    private const int Push = 0x08;

    [Test]
    public void What_was_joined_is_cut_into_the_same_frames_again()
    {
        var joined = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var frames = SegmentStream.Frames(random);
            using var batch = new FrameBatch();
            var count = 0;
            var again = new List<byte[]>();
            while (count < frames.Count)
            {
                batch.Clear();
                count += Join(frames[count..], batch);
                for (var i = 0; i < batch.Count; i++)
                    again.AddRange(Whole(batch, i));
                joined -= batch.Count;
            }
            again.Count.ShouldBe(frames.Count, $"seed {seed}");
            for (var i = 0; i < frames.Count; i++)
                again[i].ShouldBe(frames[i], $"seed {seed}, frame {i}");
            joined += frames.Count;
        }
        joined.ShouldBeGreaterThan(4000, "most frames follow another");
    }

    [Test]
    public void Segments_of_one_long_frame_become_that_frame([Values(Ack, Ack | Push)] int flags)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (frame, segmentBytes) = SegmentStream.Long(new Random(seed), (byte)flags);
            var segments = SegmentStream.Cut(frame, segmentBytes);
            using var batch = new FrameBatch();
            Join([.. segments], batch).ShouldBe(segments.Length);
            batch.Count.ShouldBe(1, $"seed {seed}");
            ref var header = ref batch.Header(0);
            if (segments.Length > 1)
            {
                PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
                header.NeedsChecksum.ShouldBeTrue();
                header.ChecksumStart.ShouldBe((ushort)layout.TransportOffset);
                header.SegmentBytes.ShouldBe((ushort)segmentBytes);
                header.HeaderBytes.ShouldBe((ushort)(segments[0].Length - segmentBytes));
                var isV6 = layout.Network == NetworkKind.Ipv6;
                header.Segmentation.ShouldBe(isV6 ? SegmentationKind.TcpOverIpv6 : SegmentationKind.TcpOverIpv4);
                header.Segmentation = SegmentationKind.None;
                ChecksumCompletion.Finish(batch.Frame(0), ref header).ShouldBe(ChecksumCompletionResult.Finished);
            }
            batch.Frame(0).ToArray().ShouldBe(frame, $"seed {seed}");
        }
    }

    [Test]
    public void No_long_frame_is_longer_than_IP_can_say()
    {
        var (frame, _) = SegmentStream.Long(new Random(3), Ack);
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        byte[] large = [.. frame, .. new byte[ushort.MaxValue - (frame.Length - layout.NetworkOffset)]];
        var whole = SegmentStream.Cut(large, 1000);
        // One byte more than there is room for.
        var next = SegmentStream.Cut([.. large[..^1], 1, 2], 1000);
        using var batch = new FrameBatch();
        Join([.. whole], batch).ShouldBe(whole.Length);
        batch.Count.ShouldBe(1);
        batch.Clear();
        Join([.. next], batch).ShouldBe(next.Length);
        batch.Count.ShouldBe(2, "the last does not fit");
    }

    /// <summary>As the endpoint does with what came in one call; how many the batch had room for.</summary>
    private static int Join(List<byte[]> frames, FrameBatch batch)
    {
        var joiner = new SegmentJoiner();
        var count = 0;
        foreach (var frame in frames)
        {
            if (!joiner.TryJoin(batch, frame))
            {
                joiner.End(batch);
                if (!batch.TryAdd(frame))
                    return count;
                joiner.Begin(batch);
            }
            count++;
        }
        joiner.End(batch);
        return count;
    }

    private static IEnumerable<byte[]> Whole(FrameBatch batch, int index)
    {
        var frame = batch.Frame(index).ToArray();
        return batch.Header(index).IsSegmented ? SegmentStream.Cut(frame, batch.Header(index).SegmentBytes) : [frame];
    }
}
