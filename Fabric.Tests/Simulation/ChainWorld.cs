using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>A port with an inbound chain, at a bridge that is down: so whatever happens, and whatever is observed, is the chain's doing.</summary>
internal sealed class ChainWorld
{
    public static readonly PortId Entry = new(1);
    public static readonly BridgeId Bridge = new(2);
    public static readonly ChainId Root = new(100);
    public static readonly PortGroupId Group = new(50);
    public static readonly AddressSetId Set = new(60);

    public TopologySnapshot Topology { get; private set; } = Start();

    public LearnedSnapshot Learned { get; set; } = LearnedSnapshot.Empty;

    /// <summary>What the chain's rules may ask of besides headers.</summary>
    public RulePlace Place =>
        new()
        {
            Topology = Topology,
            Ingress = Topology.Ports[Entry],
            InPort = Topology.Ports[Entry],
            Traversed = [Entry, Bridge],
        };

    public SimulationScratch Scratch { get; } = new();

    /// <summary>The rules of the chain at the port.</summary>
    public static ChainWorld Of(params Rule[] rules) => new ChainWorld().Chain(Root, rules);

    public ChainWorld Chain(ChainId id, params Rule[] rules)
    {
        var chain = new Chain
        {
            Id = id,
            Name = new DeviceName("t", $"chain{id.Value}"),
            Rules = [.. rules],
        };
        Topology = Topology with { Chains = Topology.Chains.SetItem(id, chain) };
        return this;
    }

    public ChainWorld Members(AddressSetId id, params string[] prefixes)
    {
        var set = new AddressSet
        {
            Id = id,
            Name = new DeviceName("t", "set"),
            Members = [.. prefixes.Select(p => IpPrefix.Parse(p))],
        };
        Topology = Topology with { AddressSets = Topology.AddressSets.SetItem(id, set) };
        return this;
    }

    public void Change(AddressSetId id, Func<AddressSet, AddressSet> change) =>
        Topology = Topology with { AddressSets = Topology.AddressSets.SetItem(id, change(Topology.AddressSets[id])) };

    public Verdict Run(in FlowKey key, ReadOnlySpan<byte> packet = default) =>
        Simulator.Run(Topology, Learned, Entry, key, packet, Scratch);

    /// <summary>The chain lets the packet pass.</summary>
    public bool Passes(in FlowKey key, ReadOnlySpan<byte> packet = default)
    {
        var verdict = Run(key, packet);
        verdict.Kind.ShouldBe(VerdictKind.Drop);
        return verdict.Reason == DropReason.DeviceAdminDown;
    }

    /// <summary>What a run told, one text a step.</summary>
    public IEnumerable<string> Steps => Scratch.Trace!.Steps.Select(step => step.Text);

    public static Rule Rule(string name, RuleAction action, RuleMatch? match = null, ChainId? to = null, VlanTag? vlan = null) =>
        new()
        {
            Name = name,
            Action = action,
            Match = match ?? RuleMatch.Everything,
            JumpTo = to,
            Vlan = vlan,
        };

    /// <summary>Drops what a match is for.</summary>
    public static Rule Drop(RuleMatch match) => Rule("drop", RuleAction.Drop, match);

    private static TopologySnapshot Start()
    {
        var port = new Port
        {
            Id = Entry,
            Name = new DeviceName("t", "web1"),
            Owner = Bridge,
            InboundChain = Root,
            Binding = new HostBinding(new HostId(9), "veth0"),
            Groups = [Group],
        };
        var bridge = new Bridge
        {
            Id = Bridge,
            Name = new DeviceName("t", "lan"),
            IsAdminUp = false,
        };
        return TopologySnapshot.Empty with
        {
            Ports = PersistentMap<PortId, Port>.Empty.Add(Entry, port),
            Bridges = PersistentMap<BridgeId, Bridge>.Empty.Add(Bridge, bridge),
        };
    }
}
