using System.Buffers.Binary;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>What arrives at an interface, and what tshark says that it is.</summary>
internal sealed class PacketCapture(TestNamespace host, string interfaceName) : IDisposable
{
    private const uint Ethernet = 1;

    private readonly PacketSocket _socket = host.Run(() => PacketSocket.Open(interfaceName));
    private readonly List<byte[]> _frames = [];
    private readonly string _file = Path.GetTempFileName();

    public static void SkipWithoutTshark()
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!paths.Any(path => File.Exists(Path.Combine(path, "tshark"))))
            Assert.Ignore("no tshark here: apt-get install tshark");
    }

    /// <summary>The packets that a display filter admits, each as the values of fields with tabs between.</summary>
    public IReadOnlyList<string> Decode(string filter, params string[] fields)
    {
        Receive();
        Write();
        string[] wanted = fields.Length == 0 ? [] : ["-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })];
        var result = HostProcess.Run(LiveTest.Patience, null, "tshark", ["-r", _file, "-Y", filter, .. wanted]);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_file);
    }

    private void Receive()
    {
        using var batch = new FrameBatch();
        while (_socket.Receive(batch) > 0)
        {
            for (var i = 0; i < batch.Count; i++)
                _frames.Add(batch.Frame(i).ToArray());
        }
    }

    // magic, version 2.4, zone, accuracy, longest, link type; then seconds, microseconds, captured, length of each.
    private void Write()
    {
        using var file = File.Create(_file);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 1 << 18);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Ethernet);
        file.Write(header);
        Span<byte> record = stackalloc byte[16];
        foreach (var frame in _frames)
        {
            record.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], frame.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], frame.Length);
            file.Write(record);
            file.Write(frame);
        }
    }
}
