using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Host;
using Fabric.Tests.Live;

namespace Fabric.Tests.Cli.Capturing;

/// <summary>What is written is what tshark reads.</summary>
public class PcapngWriterTest
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Test]
    public void TsharkReadsPacketsInterfacesTimesDirectionsAndComments()
    {
        PacketCapture.SkipWithoutTshark();
        var output = new ArrayBufferWriter<byte>();
        PcapngWriter.WriteSection(output, "fabric test");
        PcapngWriter.WriteInterface(output, "shop/web1", "interface veth1");
        PcapngWriter.WriteInterface(output, "shop/db1", "interface veth2");
        // Lengths of every remainder by four, of frame and comment.
        for (var i = 0; i < 4; i++)
            PcapngWriter.WritePacket(
                output,
                new CapturedPacket(i & 1, s_time.AddTicks(i), i < 2, $"drop: by rule `no`, über{new string('x', i)}"),
                Frame(60 + i)
            );
        PcapngWriter.WritePacket(output, new CapturedPacket(0, s_time, true, ""), Frame(61));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, output.WrittenSpan.ToArray());
            string[] fields = ["frame.len", "frame.interface_name", "frame.time_epoch", "frame.packet_flags_direction", "frame.comment"];
            var read = HostProcess.Run(
                LiveTest.Patience,
                null,
                "tshark",
                ["-r", file, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]
            );

            read.ExitCode.ShouldBe(0, read.Error);
            var lines = read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd().Split('\t')).ToList();
            lines.Count.ShouldBe(5);
            lines.Take(4).Select(line => line[0]).ShouldBe(["60", "61", "62", "63"]);
            lines.Take(4).Select(line => line[1]).ShouldBe(["shop/web1", "shop/db1", "shop/web1", "shop/db1"]);
            lines[1][2].ShouldStartWith("1767323045.6780001");
            lines
                .Take(4)
                .Select(line => Convert.ToInt32(line[3], line[3].StartsWith("0x", StringComparison.Ordinal) ? 16 : 10))
                .ShouldBe([1, 1, 2, 2]);
            lines
                .Take(4)
                .Select(line => line[4])
                .ShouldBe(Enumerable.Range(0, 4).Select(i => $"drop: by rule `no`, über{new string('x', i)}"));
            lines[4].Length.ShouldBeLessThan(5, "no comment");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A reader goes from block to block by the lengths at either end.</summary>
    [Test]
    public void EveryBlockHasItsLengthAtBothEndsAndIsOfWholeWords()
    {
        var output = new ArrayBufferWriter<byte>();
        PcapngWriter.WriteSection(output, "f");
        PcapngWriter.WriteInterface(output, "p", "");
        for (var length = 0; length < 9; length++)
            PcapngWriter.WritePacket(output, new CapturedPacket(0, s_time, true, new string('c', length)), new byte[length]);
        PcapngWriter.WritePacket(
            output,
            new CapturedPacket(0, s_time, true, new string('c', 70_000)),
            new byte[PcapngWriter.MaxPacketBytes + 5]
        );

        var rest = output.WrittenSpan;
        var blocks = 0;
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            (length % 4).ShouldBe(0);
            BinaryPrimitives.ReadInt32LittleEndian(rest[(length - 4)..]).ShouldBe(length);
            rest = rest[length..];
            blocks++;
        }
        blocks.ShouldBe(12);
    }

    [Test]
    public void ACommentNamesTheVerdictAndWhoAddedTheRule()
    {
        var trace = JsonNode.Parse("""{"verdict":"drop","why":"dropped by rule `no`","rule":{"changed":{"author":"ana","position":7}}}""")!;
        VerdictPath.Tell(trace.AsObject()).ShouldBe("drop: dropped by rule `no`, added by ana (journal 7)");
        VerdictPath.Tell(JsonNode.Parse("""{"error":{"message":"no such port"}}""")!.AsObject()).ShouldBe("not looked at: no such port");
    }

    private static byte[] Frame(int length)
    {
        var frame = new byte[length];
        (frame[0], frame[6], frame[12]) = (2, 2, 0x88);
        return frame;
    }
}
