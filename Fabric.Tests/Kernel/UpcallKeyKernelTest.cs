using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Flows;
using Fabric.Tests.Flows;

namespace Fabric.Tests.Kernel;

/// <summary>The law that all matching rests on: the key that we read of a packet is the key that the kernel reads.</summary>
public class UpcallKeyKernelTest : OvsKernelFixture
{
    private const int RandomFrames = 2048;

    [Test]
    public void The_kernels_key_of_every_frame_is_ours()
    {
        foreach (var (name, frame) in FrameCorpus.All)
        {
            Send(frame);
            Check(frame, name);
        }
    }

    [Test]
    public void The_kernels_key_of_random_frames_is_ours()
    {
        for (var seed = 0; seed < RandomFrames; seed++)
        {
            Send(Build(seed));
            Check(Build(seed), $"seed {seed}");
        }
    }

    [Test]
    public void What_the_kernel_understands_otherwise_is_less_than_whole()
    {
        foreach (var (name, frame) in FrameCorpus.Foreign)
        {
            Send(frame);
            OvsUpcallReader.TryRead(ReceiveUpcalls(1)[0].AsSpan(16), out _, out var upcall).ShouldBeTrue(name);
            upcall.IsKeyWhole.ShouldBeFalse(name);
            upcall.Packet.ToArray().ShouldBe(frame, name);
        }
    }

    [Test]
    public void A_drop_eligible_tag_comes_up_whole_and_its_key_does_not_say_so()
    {
        byte[] frame = [.. Packets.Frames.Udp4[..12], 0x81, 0x00, 0x10, 0x07, .. Packets.Frames.Udp4[12..]];
        Send(frame);
        OvsUpcallReader.TryRead(ReceiveUpcalls(1)[0].AsSpan(16), out var key, out var upcall).ShouldBeTrue();
        upcall.Packet.ToArray().ShouldBe(frame);
        key.Get(FlowField.VlanTci).ShouldBe(7ul);
        FlowKeyReader.Read(frame, Port.Number, out _).ShouldBeFalse("which is why the frame is read, too");
    }

    private static byte[] Build(int seed)
    {
        var random = new RandomKeys(seed);
        // The kernel drops a tagged frame that has less than two bytes behind its tag, before any datapath sees it.
        return PacketSynthesizer.Build(random.Next(), new byte[random.Random.Next(2, 32)]);
    }

    private void Check(byte[] frame, string name)
    {
        var message = ReceiveUpcalls(1, $"{name}: {Convert.ToHexString(frame)}")[0];
        FlowKeyReader.Read(frame, Port.Number, out var expected).ShouldBeTrue(name);
        OvsUpcallReader.TryRead(message.AsSpan(16), out var key, out var upcall).ShouldBeTrue(name);
        upcall.IsMiss.ShouldBeTrue(name);
        upcall.DatapathIndex.ShouldBe(Datapath.Index);
        upcall.Packet.ToArray().ShouldBe(frame, name);
        key.ToString().ShouldBe(expected.ToString(), name);
        Difference(key, expected).ShouldBeEmpty(name);
        upcall.IsKeyWhole.ShouldBeTrue(name);
    }

    private static IEnumerable<string> Difference(FlowKey left, FlowKey right) =>
        from field in Enum.GetValues<FlowField>()
        where left.GetAny(field) != right.GetAny(field)
        select $"{field} {left.GetAny(field):x} {right.GetAny(field):x}";
}
