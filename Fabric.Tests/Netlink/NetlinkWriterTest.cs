using Fabric.Agent.Netlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink;

public class NetlinkWriterTest
{
    [Test]
    public void A_message_of_every_kind_of_value_has_these_bytes()
    {
        using var buffer = Dirtied();
        var writer = new NetlinkWriter(buffer);
        var message = writer.BeginMessage(0x10, NetlinkFlags.Request | NetlinkFlags.Create, 0x01020304);
        writer.WriteFixed((ushort)0xbeef);
        writer.Write(1, (byte)7);
        writer.Write(2, 0x11223344u);
        writer.WriteText(3, "abc");
        writer.WriteBytes(4, [1, 2, 3, 4, 5]);
        writer.WriteFlag(5);
        var outer = writer.BeginNested(6);
        var inner = writer.BeginNested(7);
        writer.Write(8, (ushort)9);
        writer.EndNested(inner);
        writer.EndNested(outer);
        writer.EndMessage(message);

        buffer
            .Written.ToArray()
            .ShouldBe(
                Hex(
                    """
                    4c000000 1000 0104 04030201 00000000
                    efbe0000
                    05000100 07000000
                    08000200 44332211
                    08000300 61626300
                    09000400 01020304 05000000
                    04000500
                    10000680 0c000780 06000800 09000000
                    """
                )
            );
    }

    [Test]
    public void Two_messages_in_one_datagram_have_lengths_of_their_own()
    {
        using var buffer = Dirtied();
        var writer = new NetlinkWriter(buffer);
        for (var i = 1u; i <= 2; i++)
        {
            var message = writer.BeginMessage(16, NetlinkFlags.Request, i);
            writer.Write(1, (byte)i);
            writer.EndMessage(message);
        }
        var reader = new NetlinkMessageReader(buffer.Written);
        reader.TryRead(out var first).ShouldBeTrue();
        reader.TryRead(out var second).ShouldBeTrue();
        (first.Sequence, second.Sequence).ShouldBe((1u, 2u));
        second.Payload.ToArray().ShouldBe(Hex("05000100 02000000"));
        reader.TryRead(out _).ShouldBeFalse();
    }

    [Test]
    public void A_buffer_grows_and_keeps_what_was_written()
    {
        using var buffer = new NetlinkBuffer(16);
        var writer = new NetlinkWriter(buffer);
        var message = writer.BeginMessage(16, 0, 1);
        for (var i = 0; i < 1000; i++)
        {
            writer.Write((ushort)(i + 1), i);
        }
        writer.EndMessage(message);

        var reader = new NetlinkMessageReader(buffer.Written);
        reader.TryRead(out var read).ShouldBeTrue();
        read.TrySplit(0, out _, out var attributes);
        for (var i = 0; i < 1000; i++)
        {
            attributes.Next().ShouldBeTrue();
            (attributes.Type, attributes.Read<int>()).ShouldBe(((ushort)(i + 1), i));
        }
    }

    [Test]
    public void The_largest_value_fits_and_one_byte_more_is_our_bug()
    {
        using var buffer = new NetlinkBuffer();
        new NetlinkWriter(buffer).WriteBytes(1, new byte[65_531]);
        buffer.Length.ShouldBe(65_536);
        Should.Throw<InvalidOperationException>(() => new NetlinkWriter(buffer).WriteBytes(1, new byte[65_532]));
    }

    [Test]
    public void A_nest_longer_than_an_attribute_can_be_is_our_bug()
    {
        using var buffer = new NetlinkBuffer();
        var nest = new NetlinkWriter(buffer).BeginNested(1);
        new NetlinkWriter(buffer).WriteBytes(2, new byte[40_000]);
        new NetlinkWriter(buffer).WriteBytes(2, new byte[40_000]);
        Should.Throw<InvalidOperationException>(() => new NetlinkWriter(buffer).EndNested(nest));
    }

    [Test]
    public void A_datagram_has_a_limit()
    {
        using var buffer = new NetlinkBuffer();
        buffer.Append(NetlinkBuffer.MaxBytes);
        Should.Throw<InvalidOperationException>(() => buffer.Append(1));
    }

    [Test]
    public void Writing_into_a_warm_buffer_allocates_nothing()
    {
        using var buffer = new NetlinkBuffer();
        WriteSome(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            WriteSome(buffer);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void WriteSome(NetlinkBuffer buffer)
    {
        buffer.Clear();
        var writer = new NetlinkWriter(buffer);
        var message = writer.BeginMessage(16, 0, 1);
        var nest = writer.BeginNested(1);
        writer.WriteText(2, "veth0");
        writer.Write(3, 4);
        writer.EndNested(nest);
        writer.EndMessage(message);
    }

    // Memory as the pool may give it: what a writer leaves out would show.
    private static NetlinkBuffer Dirtied()
    {
        var buffer = new NetlinkBuffer(256);
        buffer.Append(256).Fill(0xa5);
        buffer.Clear();
        return buffer;
    }
}
