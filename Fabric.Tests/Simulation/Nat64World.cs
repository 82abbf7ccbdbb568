using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>The usual world whose router is between IPv6 and IPv4: stations inside speak to 2001:db8:64::/96, and from 192.0.2.50 there.</summary>
internal sealed class Nat64World
{
    public const string Vm1 = "fd00:a::1";
    public const string Vm2 = "fd00:a::2";
    public const string Own = "192.0.2.50";
    public const string Remote = "198.51.100.7";
    public static readonly EmbeddingPrefix Prefix = new(IpPrefix.Parse("2001:db8:64::/96"));

    public Nat64World(Func<NatRule, NatRule>? change = null)
    {
        var rule = new NatRule
        {
            Name = "six",
            Kind = NatKind.Nat64,
            Embedding = Prefix,
            Outside = NatWorld.Range(Own),
        };
        World.Net.Nat("edge", change is null ? rule : change(rule));
        World.Knows("edge-lan", Vm1, RouterWorld.Vm1Mac).Knows("edge-lan", Vm2, RouterWorld.Vm2Mac);
    }

    public RouterWorld World { get; } = RouterWorld.Usual();

    /// <summary>What stands for an IPv4 address.</summary>
    public static string As6(string address) => $"{Prefix.Embed(Ipv4Address.Parse(address))}";

    /// <summary>A frame comes in; what leaves by a port, as its bytes are.</summary>
    public byte[] Pass(string from, byte[] frame, string to)
    {
        Send(from, frame).ShouldBe(new Verdict(VerdictKind.Forward, DropReason.None, IsCacheable: false, default));
        var key = World.OnlyOutput(to);
        return Executed(key);
    }

    public Verdict Send(string from, byte[] frame)
    {
        var verdict = World.Send(from, frame);
        World.Remember();
        return verdict;
    }

    /// <summary>A datagram of a station to an IPv4 address.</summary>
    public static byte[] Udp(string source, string remote, ushort sourcePort = 4000, string vm = "vm1") =>
        Make.Udp(source, As6(remote), vm == "vm1" ? RouterWorld.Vm1Mac : RouterWorld.Vm2Mac, RouterWorld.InsideMac, sourcePort: sourcePort);

    /// <summary>The answer to a frame that left by the uplink.</summary>
    public static byte[] Answer(byte[] left)
    {
        var answer = left.ToArray();
        PacketLayout.TryParse(answer, out var layout).ShouldBeTrue();
        FlowKeyReader.Read(answer, 1, out var key);
        Ethernet.SetSource(answer, RouterWorld.GatewayMac);
        Ethernet.SetDestination(answer, RouterWorld.UplinkMac);
        PacketEditor.SetSource(answer, layout, key.NwDst.AsV4);
        PacketEditor.SetDestination(answer, layout, key.NwSrc.AsV4);
        PacketEditor.SetSourcePort(answer, layout, key.TpDst);
        PacketEditor.SetDestinationPort(answer, layout, key.TpSrc);
        return answer;
    }

    /// <summary>The frame that the actions make of the bytes that the simulation made.</summary>
    private byte[] Executed(in FlowKey wanted)
    {
        var steps = new Buffer<RewriteStep>(8);
        RewritePlan.Make(World.Scratch.Key, World.Scratch.Outputs.Span, steps);
        var actions = steps.Span.ToArray().Select(step => step.IsOutput ? FlowAction.Output(1) : step.Rewrite).ToArray();
        var bytes = (byte[])[.. new byte[ActionExecutor.Headroom], .. World.Scratch.Translated.Span];
        PacketLayout.TryParse(World.Scratch.Translated.Span, out var layout).ShouldBeTrue();
        var executor = new ActionExecutor(bytes, ActionExecutor.Headroom, layout, actions);
        executor.MoveNext().ShouldBeTrue();
        var frame = executor.Frame.ToArray();
        FlowKeyReader.Read(frame, 1, out var key);
        // A later fragment has its first's ports for lookups alone.
        if (key.IpFrag == FragmentKind.Later)
            (key.TpSrc, key.TpDst) = (wanted.TpSrc, wanted.TpDst);
        key.ShouldBe(wanted, "what leaves is what was decided");
        PacketLayout.TryParse(frame, out layout).ShouldBeTrue();
        TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        return frame;
    }
}
