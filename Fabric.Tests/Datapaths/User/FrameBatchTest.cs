using Fabric.Agent.Datapaths.User;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Datapaths.User;

public class FrameBatchTest
{
    private static readonly VirtioNetHeader s_segmented = new()
    {
        Flags = VirtioHeaderFlags.NeedsChecksum,
        Segmentation = SegmentationKind.TcpOverIpv4,
        HeaderBytes = 54,
        SegmentBytes = 1448,
        ChecksumStart = 34,
        ChecksumOffset = 16,
    };

    private FrameBatch _batch = null!;

    [SetUp]
    public void Make() => _batch = new FrameBatch();

    [TearDown]
    public void Free() => _batch.Dispose();

    [Test]
    public void A_header_is_laid_out_as_virtio_says()
    {
        var header = s_segmented;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<VirtioNetHeader>(ref header));
        bytes.ToArray().ShouldBe(Wire.Hex("01 01 3600 a805 2200 1000"));
    }

    [Test]
    public void Pushing_and_popping_tags_keeps_frame_and_header_in_step()
    {
        _batch.TryAdd(Frames.Tcp4, s_segmented);
        _batch.TryPushVlan(0, EtherType.ServiceVlan, 0xb064).ShouldBeTrue();
        _batch.Frame(0).ToArray().ShouldBe([.. Frames.Tcp4[..12], 0x88, 0xa8, 0xb0, 0x64, .. Frames.Tcp4[12..]]);
        _batch.Header(0).ShouldBe(s_segmented with { HeaderBytes = 58, ChecksumStart = 38 });
        _batch.TryPopVlan(0).ShouldBeTrue();
        _batch.Frame(0).ToArray().ShouldBe(Frames.Tcp4);
        _batch.Header(0).ShouldBe(s_segmented);
    }

    [Test]
    public void A_header_that_asks_for_nothing_is_not_shifted()
    {
        _batch.TryAdd(Frames.Tcp4);
        _batch.TryPushVlan(0, EtherType.Vlan, 7);
        _batch.Header(0).ShouldBe(default);
    }

    [Test]
    public void Tags_are_pushed_until_the_headroom_is_used_up()
    {
        _batch.TryAdd(Frames.Udp4);
        for (var i = 0; i < FrameBatch.HeadroomBytes / Vlan.TagLength; i++)
        {
            _batch.TryPushVlan(0, EtherType.Vlan, (ushort)i).ShouldBeTrue();
        }
        var full = _batch.Frame(0).ToArray();
        _batch.TryPushVlan(0, EtherType.Vlan, 7).ShouldBeFalse();
        _batch.Frame(0).ToArray().ShouldBe(full);
        full.Length.ShouldBe(Frames.Udp4.Length + FrameBatch.HeadroomBytes);
    }

    [TestCase(11, 0)]
    [TestCase(15, 1)]
    public void A_frame_without_room_for_a_tag_is_left_alone(int length, int pushes)
    {
        _batch.TryAdd(new byte[length]);
        _batch.TryPushVlan(0, EtherType.Vlan, 7).ShouldBe(pushes == 1);
        if (pushes == 0)
        {
            _batch.TryPopVlan(0).ShouldBeFalse();
            _batch.Frame(0).Length.ShouldBe(length);
        }
    }

    [Test]
    public void Frames_do_not_touch_each_other()
    {
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            _batch.TryAdd(Filled(i)).ShouldBeTrue();
        }
        _batch.TryAdd([1]).ShouldBeFalse();
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            _batch.TryPushVlan(i, EtherType.Vlan, 7);
        }
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            _batch.TryPopVlan(i);
            _batch.Frame(i).SequenceEqual(Filled(i)).ShouldBeTrue();
        }
    }

    [Test]
    public void A_frame_longer_than_a_slot_is_refused() => _batch.TryAdd(new byte[FrameBatch.MaxFrameBytes + 1]).ShouldBeFalse();

    [Test]
    public void What_is_not_there_cannot_be_asked_for()
    {
        _batch.TryAdd(Frames.Udp4);
        _batch.Clear();
        Should.Throw<ArgumentOutOfRangeException>(() => _batch.Frame(0).Length);
        _batch.TryAdd(Frames.Udp4);
        _batch.Dispose();
        Should.Throw<ArgumentOutOfRangeException>(() => _batch.Frame(0).Length);
    }

    private static byte[] Filled(int value)
    {
        var frame = new byte[FrameBatch.MaxFrameBytes];
        frame.AsSpan().Fill((byte)(value + 1));
        return frame;
    }
}
