using System.Globalization;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using Fabric.Tests.Netlink;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>Messages that a kernel sent, read as what was asked of it.</summary>
/// <remarks>Recorded by Fabric.Tests/Kernel/MessageRecording.cs; other kernels' recordings may lie beside it.</remarks>
public class OvsGoldenTest
{
    /// <summary>Beside this file.</summary>
    public const string FileName = "kernel-messages.txt";

    private static readonly string[][] s_lines =
    [
        .. File.ReadLines(Repository.File("Fabric.Tests", "Datapaths", "OpenVSwitch", FileName))
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t')),
    ];

    [Test]
    public void Every_upcall_has_the_key_of_its_frame()
    {
        var count = 0;
        foreach (var (what, message) in Of("upcall"))
        {
            var frame = Convert.FromHexString(what.Split(' ')[1]);
            OvsUpcallReader.TryRead(message.AsSpan(16), out var key, out var upcall).ShouldBeTrue(what);
            upcall.Packet.ToArray().ShouldBe(frame);
            FlowKeyReader.Read(frame, uint.Parse(what.Split(' ')[0], CultureInfo.InvariantCulture), out var expected);
            if (!upcall.IsKeyWhole)
            {
                continue;
            }
            count++;
            key.ShouldBe(expected, what);
            Missing(OvsBytes.Key(key), upcall.KeyAttributes).ShouldBeEmpty($"what is written is what the kernel has written: {what}");
        }
        count.ShouldBeGreaterThan(40);
    }

    [Test]
    public void Every_flow_is_the_one_that_was_put()
    {
        var count = 0;
        foreach (var (what, message) in Of("flow"))
        {
            count++;
            OvsFlowReader.TryRead(message.AsSpan(16), out var flow, out _).ShouldBeTrue(what);
            flow.TryReadMatch(out var key, out var mask).ShouldBeTrue(what);
            var actions = new List<FlowAction>();
            flow.TryReadActions(actions).ShouldBeTrue(what);
            $"{flow.Id} {FlowText.Format(key, mask, [.. actions])}".ShouldBe(what);
        }
        count.ShouldBeGreaterThan(20);
    }

    [Test]
    public void The_end_of_a_flow_names_it()
    {
        foreach (var (what, message) in Of("end"))
        {
            OvsFlowReader.TryRead(message.AsSpan(16), out var flow, out _).ShouldBeTrue(what);
            flow.Id.ToString().ShouldBe(what);
            flow.KeyAttributes.IsEmpty.ShouldBeTrue("it was not asked for");
        }
    }

    [Test]
    public void Every_refusal_has_its_number()
    {
        Of("refusal").Select(line => line.What).ShouldBe(["17", "2", "22"]);
        foreach (var (what, message) in Of("refusal"))
        {
            new NetlinkMessageReader(message).TryRead(out var read).ShouldBeTrue();
            NetlinkAnswer.TryParseError(read, out var answer, out _).ShouldBeTrue();
            answer.Errno.ShouldBe((Errno)int.Parse(what, CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Every_port_is_what_was_attached()
    {
        var ports = Of("port").Select(line => Parse<OvsVport>(line.Message, OvsVportMessage.TryParse)).ToDictionary(port => port.Name);
        ports.Keys.ShouldBe(Of("port").Select(line => line.What), ignoreOrder: true);
        ports["codec0"].Number.ShouldBe(OvsFormat.LocalPort);
        ports["codec0"].Kind.ShouldBe(OvsVportKind.Internal);
        (ports["vxlan0"].Kind, ports["vxlan0"].UdpPort).ShouldBe((OvsVportKind.Vxlan, (ushort?)4789));
        (ports["geneve0"].Kind, ports["geneve0"].UdpPort).ShouldBe((OvsVportKind.Geneve, (ushort?)6081));
        ports["geneve0"].UpcallPids.ShouldBe([0u]);
        ports["left"].Kind.ShouldBe(OvsVportKind.Netdev);
        ports["left"].Link.ShouldNotBeNull();
        ports["left"].UpcallPids.Single().ShouldNotBe(0u);
        ports["left"].Counters.IngressPackets.ShouldBeGreaterThan(40);
    }

    [Test]
    public void The_datapath_is_the_one_that_was_made()
    {
        var datapath = Parse<OvsDatapath>(Of("datapath").Single().Message, OvsDatapathMessage.TryParse);
        datapath.Name.ShouldBe("codec0");
        datapath.Features.ShouldBe(OvsFormat.DatapathFeature.Unaligned | OvsFormat.DatapathFeature.VportPids);
        datapath.Counters.Misses.ShouldBeGreaterThan(40);
        datapath.Counters.Flows.ShouldBe(1);
        datapath.Counters.Masks.ShouldBe(1);
    }

    [Test]
    public void Every_family_has_a_number()
    {
        foreach (var (_, message) in Of("family"))
        {
            var name = Attributes.Text(Attributes.Read(message.AsSpan(20))[2]);
            var kernel = new FakeKernel(request =>
            {
                request.AsSpan(8, 4).CopyTo(message.AsSpan(8));
                return [message, Reply.Join(request, Reply.Acknowledgement)];
            });
            using var session = new NetlinkSession(kernel);
            var family = GenericFamilies.Resolve(session, name);
            family.Name.ShouldBe(name);
            family.Id.ShouldBeGreaterThan((ushort)16);
            family.Version.ShouldBeInRange((byte)1, (byte)2);
        }
        Of("family").Count().ShouldBe(4);
    }

    /// <summary>Attributes that are not, with the same value, among those of the kernel. What is behind a tag is compared as a whole.</summary>
    private static IEnumerable<int> Missing(byte[] ours, ReadOnlySpan<byte> theirs)
    {
        var (written, sent) = (Attributes.Read(ours), Attributes.Read(theirs));
        return written
            .Where(pair => pair.Key is not (OvsFormat.KeyAttribute.Sctp or OvsFormat.KeyAttribute.Nd))
            .Where(pair =>
                pair.Key == OvsFormat.KeyAttribute.Encap
                    ? Missing(pair.Value, sent[pair.Key]).Any()
                    : !sent.TryGetValue(pair.Key, out var value) || !value.SequenceEqual(pair.Value)
            )
            .Select(pair => pair.Key);
    }

    private static IEnumerable<(string What, byte[] Message)> Of(string kind) =>
        from line in s_lines
        where line[0] == kind
        select (line[1], Convert.FromHexString(line[2]));

    private static T Parse<T>(byte[] message, NetlinkParser<T> parser)
    {
        new NetlinkMessageReader(message).TryRead(out var read).ShouldBeTrue();
        parser(read, out var value, out _).ShouldBeTrue();
        return value;
    }
}
