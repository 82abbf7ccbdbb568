using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>What a chain does with a packet, said again in the plainest way: one rule after the other, nothing compiled.</summary>
internal sealed class ChainOracle
{
    private readonly RulePlace _place;
    private readonly List<ChainId> _entered = [];
    private FlowKey _key;
    private int _jumps;
    private (ChainId Chain, int Rule, DropReason Reason)? _end;

    private ChainOracle(RulePlace place, in FlowKey key) => (_place, _key) = (place, key);

    /// <summary>The rule that ends the packet, and how; null if it passes.</summary>
    /// <param name="place">Where the packet stands.</param>
    /// <param name="key">Its headers when the chain is asked.</param>
    /// <param name="chain">The chain that is attached there.</param>
    public static (ChainId Chain, int Rule, DropReason Reason)? Run(RulePlace place, in FlowKey key, ChainId chain)
    {
        var oracle = new ChainOracle(place, key);
        oracle.IsDecidedIn(chain);
        return oracle._end;
    }

    /// <summary>The chain accepts or ends the packet, rather than being left.</summary>
    private bool IsDecidedIn(ChainId id)
    {
        if (_entered.Contains(id) || !_place.Topology.Chains.TryGetValue(id, out var chain))
            return false;
        _entered.Add(id);
        var isDecided = false;
        for (var i = 0; i < chain.Rules.Length && !isDecided; i++)
        {
            if (!RuleOracle.Matches(chain.Rules[i].Match, _key, _place))
                continue;
            if (chain.Rules[i].Action == RuleAction.Return)
                break;
            isDecided = IsDecidedBy(chain, i);
        }
        _entered.RemoveAt(_entered.Count - 1);
        return isDecided;
    }

    private bool IsDecidedBy(Chain chain, int index)
    {
        var rule = chain.Rules[index];
        switch (rule.Action)
        {
            case RuleAction.Accept:
                return true;
            case RuleAction.Drop:
                return Ends(chain, index, DropReason.Rule);
            case RuleAction.Reject:
                return Ends(chain, index, DropReason.RuleReject);
            case RuleAction.Jump:
                var isTooDeep = _entered.Count > SimulationLimits.MaxChainDepth || ++_jumps > SimulationLimits.MaxJumps;
                return isTooDeep ? Ends(chain, index, DropReason.ChainDepth) : IsDecidedIn(rule.JumpTo!.Value);
            case RuleAction.PushVlan when _key.Get(FlowField.CvlanTpid) != 0:
                return Ends(chain, index, DropReason.VlanDepth);
            case RuleAction.PushVlan:
                var tag = rule.Vlan!.Value;
                SetTags(tag.Tpid, (ulong)(tag.Priority << 13 | tag.Id), _key.Get(FlowField.VlanTpid), _key.Get(FlowField.VlanTci));
                return false;
            case RuleAction.PopVlan:
                SetTags(_key.Get(FlowField.CvlanTpid), _key.Get(FlowField.CvlanTci), 0, 0);
                return false;
            default:
                return false;
        }
    }

    private bool Ends(Chain chain, int index, DropReason reason)
    {
        _end = (chain.Id, index, reason);
        return true;
    }

    private void SetTags(ulong tpid, ulong tci, ulong innerTpid, ulong innerTci)
    {
        _key.Set(FlowField.VlanTpid, tpid);
        _key.Set(FlowField.VlanTci, tci);
        _key.Set(FlowField.CvlanTpid, innerTpid);
        _key.Set(FlowField.CvlanTci, innerTci);
    }
}
