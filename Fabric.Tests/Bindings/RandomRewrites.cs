using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Flows;

namespace Fabric.Tests.Bindings;

/// <summary>A packet, some of it observed, some copies of it rewritten in turns, and the actions that came of it.</summary>
internal sealed class RandomRewrites
{
    private readonly Buffer<RewriteStep> _steps = new(8);
    private readonly Buffer<PortId> _unreached = new(8);
    private readonly FloodCopies _floods = new();
    private readonly Buffer<Output> _outputs = new(8);

    public RandomRewrites(int seed)
    {
        Keys = new RandomKeys(seed);
        Key.Reset(Keys.Next());
        Observe();
        for (var i = Keys.Random.Next(1, 5); i > 0; i--)
        {
            var before = Key.Save();
            for (var j = Keys.Random.Next(4); j > 0; j--)
                Rewrite();
            // Ports are numbered by output, so that each is known by its port.
            _outputs.Add(new Output(new PortId((ulong)_outputs.Count + 1), Key.Save()));
            if (Keys.Random.Next(3) > 0)
                Key.Restore(before);
        }
        Translate();
    }

    public RandomKeys Keys { get; }

    public ObservedKey Key { get; } = new();

    public Output[] Outputs => _outputs.Span.ToArray();

    public Buffer<FlowAction> Actions { get; } = new(8);

    public void Translate()
    {
        RewritePlan.Make(Key, _outputs.Span, _steps);
        ActionTranslator.Translate(_steps.Span, default(SamePorts), _floods, Actions, _unreached);
    }

    /// <summary>Another packet that the mask admits, if one of a few tries is some frame's.</summary>
    public FlowKey? TryAnother()
    {
        for (var i = 0; i < 4; i++)
        {
            var key = Key.Original;
            if (i % 2 == 0)
                key = Keys.Next();
            else
                foreach (var field in RandomKeys.SettableOf(key))
                    key.SetAny(field, Keys.Value(key, field));
            for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
            {
                var exact = Key.Mask.GetAny(field);
                key.SetAny(field, key.GetAny(field) & ~exact | Key.Original.GetAny(field) & exact);
            }
            if (key != Key.Original && RandomKeys.IsReal(key))
                return key;
        }
        return null;
    }

    private void Observe()
    {
        foreach (var field in RandomKeys.SettableOf(Key.Original))
        {
            if (Keys.Random.Next(3) > 0)
                continue;
            var bits = Keys.Wide() & FlowFieldLayout.AllOf(field);
            if (FlowFieldLayout.IsWide(field))
                Key.ObserveWide(field, bits);
            else
                Key.Observe(field, (ulong)bits);
        }
    }

    private void Rewrite()
    {
        if (Keys.Random.Next(4) == 0)
        {
            RewriteTags();
            return;
        }
        // What a step writes by is observed first, as steps do; Ethernet addresses are written blindly.
        var fields = RandomKeys.SettableOf(Key.Original);
        var field = Keys.Pick<FlowField>(fields);
        if (field is not (FlowField.EthSrc or FlowField.EthDst))
            ReadProtocols();
        var value = Keys.Random.Next(3) == 0 ? Key.Original.GetAny(field) : Keys.Value(Key.Original, field);
        if (FlowFieldLayout.IsWide(field))
            Key.WriteWide(field, value);
        else
            Key.Write(field, (ulong)value);
    }

    private void ReadProtocols()
    {
        Key.Read(FlowField.EthType);
        Key.Read(FlowField.IpProto);
        Key.Read(FlowField.IpFrag);
        if (Key.Original.IpProto == IpProtocol.Icmpv6)
        {
            Key.Read(FlowField.TpSrc);
            Key.Read(FlowField.TpDst);
        }
    }

    private void RewriteTags()
    {
        var outer = Key.Read(FlowField.VlanTpid);
        var inner = Key.Read(FlowField.CvlanTpid);
        if (outer != 0 && Keys.Random.Next(2) == 0)
        {
            Key.Write(FlowField.VlanTpid, inner);
            Key.Write(FlowField.VlanTci, Key.Read(FlowField.CvlanTci));
            Key.Write(FlowField.CvlanTpid, 0);
            Key.Write(FlowField.CvlanTci, 0);
        }
        else if (inner == 0)
        {
            Key.Write(FlowField.CvlanTpid, outer);
            Key.Write(FlowField.CvlanTci, Key.Read(FlowField.VlanTci));
            Key.Write(FlowField.VlanTpid, EtherType.Vlan);
            Key.Write(FlowField.VlanTci, (ulong)Keys.Random.Next(4));
        }
    }

    private readonly struct SamePorts : IPortLocations
    {
        public bool TryFind(PortId port, out PortLocation location)
        {
            location = PortLocation.Local((uint)port.Value);
            return true;
        }
    }
}
