using System.Buffers.Binary;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Tests.Netlink;
using static Fabric.Tests.Netlink.Attributes;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>The datapaths and ports of a kernel module in memory, told in the kernel's words.</summary>
/// <remarks>Numbers of families, commands and attributes are written out, apart from the code under test.</remarks>
internal sealed class FakeOpenVSwitch
{
    public const ushort DatapathFamily = 30;
    public const ushort VportFamily = 31;

    private const byte New = 1;
    private const byte Delete = 2;
    private const byte Get = 3;
    private const int NoDevice = 19;
    private const int Exists = 17;

    private static readonly string[] s_families = ["ovs_datapath", "ovs_vport", "ovs_flow", "ovs_packet"];

    private int _lastIndex = 100;

    public FakeOpenVSwitch()
    {
        Generic = new FakeKernel(request => [Reply.Join(request, AnswerGeneric(request))]);
        Route = new FakeKernel(request => [Reply.Join(request, AnswerRoute(request))]);
    }

    public FakeKernel Generic { get; }

    public FakeKernel Route { get; }

    public List<Datapath> Datapaths { get; } = [];

    /// <summary>Names of interfaces that are no datapaths.</summary>
    public List<string> Interfaces { get; } = [];

    /// <summary>The module is there.</summary>
    public bool IsLoaded { get; set; } = true;

    /// <summary>Features that the module has.</summary>
    public uint KnownFeatures { get; set; } = 0xf;

    /// <summary>Refuses a command of a family from now on.</summary>
    public Dictionary<(ushort Family, byte Command), int> Refusals { get; } = [];

    /// <summary>Refuses to change interfaces.</summary>
    public int RouteRefusal { get; set; }

    /// <summary>Said before each answer.</summary>
    public List<Reply> Noise { get; } = [];

    /// <summary>The changes that were asked for: family and command.</summary>
    public IEnumerable<(int Family, int Command)> Changes =>
        from request in Generic.Requests
        let family = BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(4))
        where family >= DatapathFamily && request[16] != Get
        select ((int)family, (int)request[16]);

    public OvsControlSession Open() => new(Generic, Route);

    private Reply[] AnswerGeneric(byte[] request)
    {
        var family = BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(4));
        var command = request[16];
        if (family == 16)
        {
            return AnswerControl(Text(Read(request.AsSpan(20))[2]));
        }
        if (Refusals.TryGetValue((family, command), out var errno))
        {
            return [Reply.Error(errno)];
        }
        var isDump = (request[7] & 0x03) == 0x03;
        var index = BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(20));
        var attributes = Read(request.AsSpan(24));
        return
        [
            .. Noise,
            .. family == DatapathFamily ? AnswerDatapath(command, attributes) : AnswerVport(command, index, attributes, isDump),
        ];
    }

    private Reply[] AnswerControl(string name)
    {
        var index = Array.IndexOf(s_families, name);
        return IsLoaded && index >= 0
            ? [new Reply(16, [1, 2, 0, 0, .. Of(2, name), .. Of(1, (byte)(DatapathFamily + index), 0)]), Reply.Acknowledgement]
            : [Reply.Error(2)];
    }

    private Reply[] AnswerDatapath(byte command, Dictionary<int, byte[]> attributes)
    {
        var name = Text(attributes[1]);
        var datapath = Datapaths.FirstOrDefault(candidate => candidate.Name == name);
        if (command == New)
        {
            if (datapath is not null || Interfaces.Contains(name))
            {
                return [Reply.Error(Exists)];
            }
            datapath = new Datapath(name, ++_lastIndex);
            Datapaths.Add(datapath);
        }
        if (datapath is null)
        {
            return [Reply.Error(NoDevice)];
        }
        if (attributes.TryGetValue(5, out var features))
        {
            datapath.Features = Number(features) & KnownFeatures;
        }
        datapath.CpuPids = attributes.GetValueOrDefault(8) ?? datapath.CpuPids;
        if (command == Delete)
        {
            Datapaths.Remove(datapath);
        }
        return command is New or Get ? [datapath.Describe(), Reply.Acknowledgement] : [Reply.Acknowledgement];
    }

    private Reply[] AnswerVport(byte command, int index, Dictionary<int, byte[]> attributes, bool isDump)
    {
        if (Datapaths.FirstOrDefault(candidate => candidate.Index == index) is not { } datapath)
        {
            return [Reply.Error(NoDevice)];
        }
        if (isDump)
        {
            return [.. datapath.Ports.Select(port => port.Describe(index)), Reply.Done];
        }
        var name = attributes.TryGetValue(3, out var text) ? Text(text) : null;
        var port = datapath.Ports.FirstOrDefault(port =>
            name is not null ? port.Name == name : attributes.ContainsKey(1) && port.Number == Number(attributes[1])
        );
        if (command == New && port is not null)
        {
            return [Reply.Error(16)];
        }
        if (command == New)
        {
            port = new Port((uint)datapath.Ports.Count + 1, name!, Number(attributes[2]));
            datapath.Ports.Add(port);
        }
        if (port is null)
        {
            return [Reply.Error(NoDevice)];
        }
        port.Pids = attributes.GetValueOrDefault(5) ?? port.Pids;
        port.Options = attributes.GetValueOrDefault(4) ?? port.Options;
        if (command == Delete)
        {
            datapath.Ports.Remove(port);
        }
        return command is New or Get ? [port.Describe(index), Reply.Acknowledgement] : [Reply.Acknowledgement];
    }

    /// <summary>Reads and writes the alias of a datapath's interface, and nothing else.</summary>
    private Reply[] AnswerRoute(byte[] request)
    {
        const int setLink = 19;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(4));
        var index = BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(20));
        var attributes = Read(request.AsSpan(32));
        if (type == setLink)
        {
            if (RouteRefusal == 0)
            {
                Datapaths.Single(datapath => datapath.Index == index).Alias = Text(attributes[20]);
            }
            return [Reply.Error(RouteRefusal)];
        }
        if (Datapaths.FirstOrDefault(candidate => candidate.Name == Text(attributes[3])) is not { } found)
        {
            return [Reply.Error(NoDevice)];
        }
        var header = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), found.Index);
        byte[] alias = found.Alias is null ? [] : Of(20, found.Alias);
        return [new Reply(16, [.. header, .. Of(3, found.Name), .. alias]), Reply.Acknowledgement];
    }

    internal sealed class Datapath(string name, int index)
    {
        public string Name => name;
        public int Index => index;
        public uint Features { get; set; }
        public string? Alias { get; set; }
        public byte[]? CpuPids { get; set; }
        public List<Port> Ports { get; } = [];

        public Reply Describe() =>
            new(
                DatapathFamily,
                [
                    .. Header(New, index),
                    .. Of(1, name),
                    .. Of(3, Counters(11, 12, 13, 14)),
                    .. Of(4, Counters(21, 22, 23, 0)),
                    .. Of(5, Features),
                    .. Of(99, 1, 2, 3),
                ]
            );
    }

    internal sealed class Port(uint number, string name, uint type)
    {
        public uint Number => number;
        public string Name => name;
        public byte[] Pids { get; set; } = [0, 0, 0, 0];
        public byte[]? Options { get; set; }

        public Reply Describe(int index)
        {
            byte[] options = Options is null ? [] : Of(4, Options);
            return new Reply(
                VportFamily,
                [
                    .. Header(New, index),
                    .. Of(1, number),
                    .. Of(2, type),
                    .. Of(3, name),
                    .. Of(8, 200 + number),
                    .. Of(6, Counters(1, 2, 3, 4, 5, 6, 7, 8)),
                    .. Of(5, Pids),
                    .. options,
                    .. Of(99, 1),
                ]
            );
        }
    }

    public static byte[] Header(byte command, int index)
    {
        byte[] header = [command, 1, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), index);
        return header;
    }
}
