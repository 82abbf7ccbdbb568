using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>The protocol identifiers of a packet's VLAN tags while actions push and pop them, outer tag lowest.</summary>
internal struct OvsTagStack
{
    private const int TagBits = 16;
    private ulong _tags;

    /// <summary>Takes the tags of a key; a third one is its ethertype.</summary>
    public OvsTagStack(in FlowKey key)
    {
        if (EtherType.IsVlan(key.EthType))
        {
            Push(key.EthType);
        }
        if (key.Get(FlowField.CvlanTpid) is var inner and not 0)
        {
            Push((ushort)inner);
        }
        if (key.Get(FlowField.VlanTpid) is var outer and not 0)
        {
            Push((ushort)outer);
        }
    }

    /// <summary>The outer tag's, or 0.</summary>
    public readonly ushort Outer => (ushort)_tags;

    /// <summary>Adds an outer tag. Of more than four the innermost is forgotten: it is taken for none when it comes up.</summary>
    public void Push(ushort tpid) => _tags = _tags << TagBits | tpid;

    /// <summary>Takes the outer tag away.</summary>
    public void Pop() => _tags >>= TagBits;
}
