using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class ChecksumTest
{
    private const int Seed = 1071;

    [TestCase("", (ushort)0x0000)]
    [TestCase("0001 f203 f4f5 f6f7", (ushort)0xddf2, Description = "RFC 1071, section 3")]
    [TestCase("ffff", (ushort)0xffff)]
    [TestCase("ffff 0001", (ushort)0x0001)]
    [TestCase("12", (ushort)0x1200)]
    [TestCase("0102 03", (ushort)0x0402)]
    public void Words_are_summed_with_end_around_carry(string hex, ushort sum) => Checksum.Sum(Wire.Hex(hex)).ShouldBe(sum);

    [Test]
    public void The_sum_is_right_at_any_length_and_alignment()
    {
        var random = new Random(Seed);
        var bytes = new byte[700];
        for (var length = 0; length < 300; length++)
        {
            // All ones among them, so that carries run through every lane.
            random.NextBytes(bytes);
            if (length % 3 == 0)
                bytes.AsSpan().Fill(0xff);
            var part = bytes.AsSpan(random.Next(16), length);
            Checksum.Sum(part).ShouldBe(WordByWord(part), $"seed {Seed}, length {length}");
        }
    }

    [Test]
    public void The_longest_packet_does_not_overflow()
    {
        var bytes = new byte[ushort.MaxValue];
        bytes.AsSpan().Fill(0xff);
        Checksum.Sum(bytes).ShouldBe(WordByWord(bytes));
    }

    [Test]
    public void A_known_header_has_its_known_checksum() =>
        Checksum.Of(Wire.Hex("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7")).ShouldBe((ushort)0xb861);

    [Test]
    public void Pseudo_headers_are_summed_like_their_bytes()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 2000; i++)
        {
            var addresses = new byte[32];
            random.NextBytes(addresses);
            var (protocol, length) = ((byte)random.Next(256), random.Next(65536));
            var tail = new byte[] { 0, protocol, (byte)(length >> 8), (byte)length };
            var v4 = Checksum.Pseudo(V4(addresses, 0), V4(addresses, 4), protocol, length);
            Checksum.Finish(v4).ShouldBe(Checksum.Of([.. addresses[..8], .. tail]), $"seed {Seed}, case {i}");
            var v6 = Checksum.Pseudo(V6(addresses, 0), V6(addresses, 16), protocol, length);
            Checksum.Finish(v6).ShouldBe(Checksum.Of([.. addresses, .. tail]), $"seed {Seed}, case {i}");
        }
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(16)]
    public void An_update_equals_the_full_sum(int width)
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20000; i++)
        {
            // A few values only, so that 0 and 0xffff, the two zeros of ones' complement, come often.
            var header = new byte[20];
            for (var at = 0; at < header.Length; at++)
                header[at] = random.Next(3) switch
                {
                    0 => 0,
                    1 => 0xff,
                    _ => (byte)random.Next(256),
                };
            header[0] = 0x45;
            var before = Checksum.Of(header);
            var field = header.AsSpan(4, width);
            var old = field.ToArray();
            for (var at = 0; at < width; at++)
                field[at] = random.Next(3) switch
                {
                    0 => 0,
                    1 => 0xff,
                    _ => (byte)random.Next(256),
                };
            Update(before, old, field).ShouldBe(Checksum.Of(header), $"seed {Seed}, case {i}");
        }
    }

    [Test]
    public void The_example_of_the_standard_holds() =>
        // RFC 1624, section 4: the older equation gave 0xffff here.
        Checksum.Update(0xdd2f, (ushort)0x5555, (ushort)0x3285).ShouldBe((ushort)0x0000);

    private static ushort Update(ushort checksum, ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new) =>
        old.Length switch
        {
            2 => Checksum.Update(checksum, BinaryPrimitives.ReadUInt16BigEndian(old), BinaryPrimitives.ReadUInt16BigEndian(@new)),
            4 => Checksum.Update(checksum, BinaryPrimitives.ReadUInt32BigEndian(old), BinaryPrimitives.ReadUInt32BigEndian(@new)),
            _ => Checksum.Update(checksum, BinaryPrimitives.ReadUInt128BigEndian(old), BinaryPrimitives.ReadUInt128BigEndian(@new)),
        };

    private static Ipv4Address V4(ReadOnlySpan<byte> bytes, int at) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]));

    private static Ipv6Address V6(ReadOnlySpan<byte> bytes, int at) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes[at..]));

    private static ushort WordByWord(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
