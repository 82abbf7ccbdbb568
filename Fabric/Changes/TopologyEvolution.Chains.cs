using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    private static TopologySnapshot InsertRule(TopologySnapshot topology, TopologyEvent.RuleInserted inserted)
    {
        if (!topology.Chains.TryGetValue(inserted.Chain, out var chain) || (uint)inserted.Index > (uint)chain.Rules.Length)
            return topology;
        return WithRules(topology, chain, chain.Rules.Insert(inserted.Index, inserted.Rule), null, inserted.Rule);
    }

    private static TopologySnapshot ReplaceRule(TopologySnapshot topology, TopologyEvent.RuleReplaced replaced)
    {
        if (!topology.Chains.TryGetValue(replaced.Chain, out var chain) || (uint)replaced.Index >= (uint)chain.Rules.Length)
            return topology;
        return WithRules(topology, chain, chain.Rules.SetItem(replaced.Index, replaced.Rule), chain.Rules[replaced.Index], replaced.Rule);
    }

    private static TopologySnapshot DeleteRule(TopologySnapshot topology, TopologyEvent.RuleDeleted deleted)
    {
        if (!topology.Chains.TryGetValue(deleted.Chain, out var chain) || (uint)deleted.Index >= (uint)chain.Rules.Length)
            return topology;
        return WithRules(topology, chain, chain.Rules.RemoveAt(deleted.Index), chain.Rules[deleted.Index], null);
    }

    private static TopologySnapshot PutChain(TopologySnapshot topology, Chain? old, Chain chain) =>
        topology with
        {
            Chains = topology.Chains.SetItem(chain.Id, chain),
            ConnectionChains = topology.ConnectionChains + Asking(chain) - Asking(old),
        };

    private static TopologySnapshot DeleteChain(TopologySnapshot topology, Chain chain) =>
        topology with
        {
            Chains = topology.Chains.Remove(chain.Id),
            ConnectionChains = topology.ConnectionChains - Asking(chain),
        };

    private static int Asking(Chain? chain) => chain is { AsksConnections: true } ? 1 : 0;

    private static TopologySnapshot WithRules(TopologySnapshot topology, Chain chain, ImmutableArray<Rule> rules, Rule? old, Rule? rule)
    {
        chain = chain with { Rules = rules, Version = chain.Version + 1 };
        topology = PutChain(topology, topology.Chains[chain.Id], chain);
        return Refer(topology, chain.Ref, old?.References ?? [], rule?.References ?? []);
    }
}
