using Fabric.Agent.Netlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink;

public class NetlinkReaderTest
{
    [TestCase("04", NetlinkProblem.AttributeHeaderCut)]
    [TestCase("040001", NetlinkProblem.AttributeHeaderCut)]
    [TestCase("00000100", NetlinkProblem.AttributeLengthTooSmall)]
    [TestCase("03000100", NetlinkProblem.AttributeLengthTooSmall)]
    [TestCase("08000100 aabbcc", NetlinkProblem.AttributeCut)]
    [TestCase("ffff0100 aabbccdd", NetlinkProblem.AttributeCut)]
    [TestCase("08000100 aabbccdd 05", NetlinkProblem.AttributeHeaderCut)]
    public void Malformed_attributes_end_the_walk(string hex, NetlinkProblem problem)
    {
        var reader = new NetlinkReader(Hex(hex));
        while (reader.Next()) { }
        reader.Problem.ShouldBe(problem);
        reader.Next().ShouldBeFalse();
    }

    [Test]
    public void A_value_shorter_than_its_type_is_a_problem_that_sticks()
    {
        var reader = new NetlinkReader(Hex("06000100 aabb 0000 08000200 01000000"));
        reader.Next().ShouldBeTrue();
        reader.Read<uint>().ShouldBe(0u);
        reader.Next().ShouldBeFalse();
        reader.Problem.ShouldBe(NetlinkProblem.ValueTooShort);
    }

    [Test]
    public void A_short_address_is_a_problem_and_reads_as_zeroes()
    {
        var reader = new NetlinkReader(Hex("06000100 aabb 0000"));
        reader.Next();
        reader.ReadBytes(4).ToArray().ShouldBe(new byte[4]);
        reader.Problem.ShouldBe(NetlinkProblem.ValueTooShort);
    }

    [Test]
    public void A_problem_inside_a_nest_is_a_problem_outside()
    {
        var reader = new NetlinkReader(Hex("08000180 03000100 08000200 01000000"));
        reader.Next();
        var nested = reader.Enter();
        nested.Next().ShouldBeFalse();
        reader.Leave(nested);
        reader.Problem.ShouldBe(NetlinkProblem.AttributeLengthTooSmall);
        reader.Next().ShouldBeFalse();
    }

    [Test]
    public void A_longer_value_than_known_is_read_by_its_start()
    {
        var reader = new NetlinkReader(Hex("0c000100 01000000 02000000"));
        reader.Next();
        reader.Read<uint>().ShouldBe(1u);
        reader.Problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void Unknown_attributes_are_skipped_by_not_asking()
    {
        var reader = new NetlinkReader(Hex("0500ff3f aa000000 08000200 07000000"));
        reader.Next().ShouldBeTrue();
        reader.Next().ShouldBeTrue();
        reader.Type.ShouldBe((ushort)2);
        reader.Read<uint>().ShouldBe(7u);
        reader.Next().ShouldBeFalse();
        reader.Problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void The_flag_bits_are_not_part_of_the_type()
    {
        var reader = new NetlinkReader(Hex("040003c0"));
        reader.Next();
        reader.Type.ShouldBe((ushort)3);
        reader.IsNested.ShouldBeTrue();
        reader.Value.Length.ShouldBe(0);
    }

    [TestCase("07000100 616263 00", "abc")]
    [TestCase("08000100 61626300", "abc")]
    [TestCase("08000100 61006263", "a")]
    [TestCase("04000100", "")]
    public void Text_ends_at_its_first_NUL_byte(string hex, string text)
    {
        var reader = new NetlinkReader(Hex(hex));
        reader.Next();
        reader.ReadText().ShouldBe(text);
    }

    [Test]
    public void The_last_attribute_may_come_without_padding()
    {
        var reader = new NetlinkReader(Hex("05000100 aa"));
        reader.Next().ShouldBeTrue();
        reader.Value.ToArray().ShouldBe([0xaa]);
        reader.Next().ShouldBeFalse();
        reader.Problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void Any_bytes_at_all_are_read_without_an_exception()
    {
        const int seed = 20_931;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            // Small lengths, or nearly all end at the first attribute.
            for (var i = 0; i + 1 < bytes.Length; i += 4)
            {
                bytes[i] &= 0x1f;
                bytes[i + 1] = 0;
            }
            Should.NotThrow(() => Walk(bytes), $"seed {seed}, round {round}");
        }
    }

    private static void Walk(byte[] bytes)
    {
        var messages = new NetlinkMessageReader(bytes);
        while (messages.TryRead(out var message))
        {
            message.TrySplit(16, out _, out _);
        }
        var reader = new NetlinkReader(bytes);
        while (reader.Next())
        {
            reader.ReadText();
            var nested = reader.Enter();
            while (nested.Next())
            {
                nested.Read<ulong>();
            }
            reader.Leave(nested);
        }
    }
}
