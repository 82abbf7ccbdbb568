using System.Buffers.Binary;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Flows;
using Fabric.Tests.Bindings;
using Fabric.Tests.Datapaths.OpenVSwitch;
using Fabric.Tests.Live;
using Fabric.Tests.Netlink;

namespace Fabric.Tests.Kernel;

/// <summary>Writes real messages of the kernel to a file, for OvsGoldenTest to read on machines without the module.</summary>
/// <remarks>
/// Run by hand, see docs/testing-kernel.md. One message a line: what it is, what was asked or sent, and the bytes with their netlink header.
/// </remarks>
public class MessageRecording : OvsKernelFixture
{
    private readonly List<string> _lines = [];

    [Test]
    public void Messages_are_written_where_FABRIC_RECORD_says()
    {
        if (Environment.GetEnvironmentVariable("FABRIC_RECORD") is not { } folder)
        {
            Assert.Ignore("records only where FABRIC_RECORD names a folder");
            return;
        }
        _lines.Add($"# Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}");
        RecordFamilies();
        RecordUpcalls();
        RecordFlows();
        RecordRefusals();
        RecordPorts();
        File.WriteAllLines(Path.Combine(folder, OvsGoldenTest.FileName), _lines);
    }

    private void RecordFamilies()
    {
        const byte control = 16;
        foreach (var message in Recording.Received.SelectMany(Split).Where(message => message[4] == control))
        {
            Add("family", "", message);
        }
    }

    private void RecordUpcalls()
    {
        foreach (var (_, frame) in FrameCorpus.All.Concat(FrameCorpus.Foreign))
        {
            Send(frame);
            Add("upcall", $"{Port.Number} {Convert.ToHexString(frame)}", ReceiveUpcalls(1)[0]);
        }
    }

    private void RecordFlows()
    {
        for (var seed = 0; seed < 48; seed++)
        {
            var world = new RandomRewrites(seed);
            var key = world.Key.Original;
            FlowAction[] actions = seed % 3 == 0 ? [OvsBytes.Tunnel(5), FlowAction.Output(3)] : world.Actions.Span.ToArray();
            if (OvsBytes.Actions(key, actions) is { } bytes)
            {
                RecordFlow(
                    new FlowId((UInt128)seed << 64 | 7),
                    key,
                    OvsBytes.Complete(key, world.Key.Mask),
                    [.. OvsBytes.ReadActions(bytes)]
                );
            }
        }
    }

    private void RecordFlow(FlowId id, FlowKey key, FlowMask mask, FlowAction[] actions)
    {
        var answers = Ask(writer =>
        {
            Flows(writer).TryPut(1, id, key, mask, actions).ShouldBeTrue();
            Flows(writer).Get(2, id, statisticsOnly: false);
            Flows(writer).Delete(3, id, echo: true);
        });
        var text = $"{id} {FlowText.Format(key.Masked(mask), mask, actions)}";
        Add("flow", text, answers[0]);
        Add("end", $"{id}", answers[1]);
    }

    private void RecordRefusals()
    {
        var (key, mask) = OvsBytes.RandomFlow(1);
        var put = Ask(writer =>
        {
            Flows(writer).TryPut(1, new FlowId(1), key, mask, []).ShouldBeTrue();
            Flows(writer).TryPut(2, new FlowId(2), key, mask, []).ShouldBeTrue();
            Flows(writer).Delete(3, new FlowId(3), echo: false);
            // An output to a port above the range.
            Flows(writer).TryPut(4, new FlowId(4), key, mask, [FlowAction.Output(1 << 20)]).ShouldBeTrue();
        });
        foreach (var refusal in put)
        {
            Add("refusal", $"{-BinaryPrimitives.ReadInt32LittleEndian(refusal.AsSpan(16))}", refusal);
        }
    }

    private void RecordPorts()
    {
        Control.AttachTunnel(Datapath, "vxlan0", OvsVportKind.Vxlan, 4789, UpcallPid);
        Control.AttachTunnel(Datapath, "geneve0", OvsVportKind.Geneve, 6081);
        Recording.Received.Clear();
        Control.ReadPorts(Datapath);
        var ports = new[] { DatapathName, TwoGuests.LeftPort, "vxlan0", "geneve0" };
        foreach (var message in Recording.Received.SelectMany(Split).Where(message => message[4] != 3))
        {
            Add("port", ports.Single(name => message.AsSpan().IndexOf(Attributes.Of(3, name)) > 0), message);
        }
        Recording.Received.Clear();
        Control.ReadDatapath(DatapathName);
        Add("datapath", DatapathName, Split(Recording.Received[0]).First());
    }

    private void Add(string kind, string what, byte[] message) => _lines.Add($"{kind}\t{what}\t{Convert.ToHexString(message)}");
}
