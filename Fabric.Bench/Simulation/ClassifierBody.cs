using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;

namespace Fabric.Bench.Simulation;

/// <summary>The flow of a packet found in the user datapath's table.</summary>
internal sealed class ClassifierBody : PacketBody
{
    private const int Seed = 1;

    private readonly FlowClassifier _flows = new();
    private readonly FlowField _distinction;
    private readonly FlowKey[] _packets;
    private int _next;

    /// <summary>Fills the table and makes packets, each of which one of its flows admits.</summary>
    /// <param name="masks">Distinct masks: one more bit of the destination port each.</param>
    /// <param name="flowsPerMask">Flows of each.</param>
    /// <param name="distinction">The field by which flows are told apart: a router's are by address, a bridge's by station.</param>
    /// <param name="packets">Distinct packets, a power of two; they differ in the source port if in nothing else.</param>
    public ClassifierBody(int masks, int flowsPerMask, FlowField distinction, int packets)
    {
        _distinction = distinction;
        for (var mask = 0; mask < masks; mask++)
        {
            for (var flow = 0; flow < flowsPerMask; flow++)
                Add(mask, (flow * masks) + mask);
        }
        var random = new Random(Seed);
        _packets = new FlowKey[packets];
        for (var i = 0; i < packets; i++)
        {
            _packets[i] = KeyTo(random.Next(masks * flowsPerMask));
            _packets[i].TpSrc = (ushort)i;
            if (_flows.Find(_packets[i]) is null)
                throw new InvalidOperationException($"no flow admits packet {i}");
        }
    }

    /// <summary>The last flow found, so that no lookup is for nothing.</summary>
    public FlowEntry? Last { get; private set; }

    /// <inheritdoc/>
    public override void Run() => Last = _flows.Find(_packets[_next++ & _packets.Length - 1]);

    private void Add(int portBits, int destination)
    {
        var mask = default(FlowMask);
        mask.AddWhole(FlowField.InPort);
        mask.AddWhole(FlowField.EthType);
        mask.AddWhole(_distinction);
        mask.Add(FlowField.TpDst, (ushort)(0xffff << (16 - portBits)));
        var key = KeyTo(destination).Masked(mask);
        _flows.TryAdd(new DatapathFlow(new FlowId((UInt128)(uint)destination + 1), key, mask, [FlowAction.Output(2)]));
    }

    private FlowKey KeyTo(int destination)
    {
        var key = default(FlowKey);
        key.InPort = 1;
        key.EthType = 0x0800;
        key.IpProto = 17;
        key.NwSrc = IpAddress.V4(0x0a00_0001);
        key.EthDst = new MacAddress(0x0200_0000_0001);
        key.NwDst = IpAddress.V4(0x0b00_0000);
        key.TpDst = 53;
        key.SetAny(_distinction, key.GetAny(_distinction) + (uint)destination);
        return key;
    }
}
