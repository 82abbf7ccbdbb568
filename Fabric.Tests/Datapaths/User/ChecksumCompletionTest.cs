using Fabric.Agent.Datapaths.User;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Datapaths.User;

public class ChecksumCompletionTest
{
    private static IEnumerable<TestCaseData> WholeFrames =>
        [
            new TestCaseData(Frames.Udp4).SetArgDisplayNames("UDP over IPv4, odd length"),
            new TestCaseData(Frames.Udp6).SetArgDisplayNames("UDP over IPv6"),
            new TestCaseData(Frames.Tcp4).SetArgDisplayNames("TCP over IPv4"),
            new TestCaseData(Frames.Tcp6).SetArgDisplayNames("TCP over IPv6"),
        ];

    [TestCaseSource(nameof(WholeFrames))]
    public void The_finished_checksum_is_the_one_worked_out_by_hand(byte[] whole)
    {
        var (frame, header) = Unfinished.Of(whole);
        frame.ShouldNotBe(whole);
        ChecksumCompletion.Finish(frame, ref header).ShouldBe(ChecksumCompletionResult.Finished);
        frame.ShouldBe(whole);
        header.ShouldBe(default);
        ChecksumCompletion.Finish(frame, ref header).ShouldBe(ChecksumCompletionResult.WasFinished);
        frame.ShouldBe(whole);
    }

    [Test]
    public void A_sum_of_zero_is_stored_as_all_ones()
    {
        byte[] bytes = [0xff, 0xff, 0, 0];
        var header = new VirtioNetHeader { Flags = VirtioHeaderFlags.NeedsChecksum, ChecksumOffset = 2 };
        ChecksumCompletion.Finish(bytes, ref header);
        bytes.ShouldBe([0xff, 0xff, 0xff, 0xff]);
    }

    [TestCase(43, 5)]
    [TestCase(47, 0)]
    [TestCase(0xffff, 0xffff)]
    public void A_header_that_points_outside_the_frame_changes_nothing(int start, int offset)
    {
        var frame = Frames.Udp4;
        var header = new VirtioNetHeader
        {
            Flags = VirtioHeaderFlags.NeedsChecksum,
            ChecksumStart = (ushort)start,
            ChecksumOffset = (ushort)offset,
        };
        var before = header;
        ChecksumCompletion.Finish(frame, ref header).ShouldBe(ChecksumCompletionResult.OutsideFrame);
        frame.ShouldBe(Frames.Udp4);
        header.ShouldBe(before);
    }

    [Test]
    public void A_frame_that_stands_for_several_is_left_alone()
    {
        var (frame, header) = Unfinished.Of(Frames.Tcp4);
        header.Segmentation = SegmentationKind.TcpOverIpv4;
        var before = frame.ToArray();
        ChecksumCompletion.Finish(frame, ref header).ShouldBe(ChecksumCompletionResult.IsSegmented);
        frame.ShouldBe(before);
        header.NeedsChecksum.ShouldBeTrue();
    }
}
