using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a chain alone: about its list of rules.</summary>
internal static class ChainRules
{
    public static Rejection? Check(Chain chain)
    {
        if (chain.Rules.Length > ChangeLimits.MaxRules)
            return TooMany(chain);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in chain.Rules)
        {
            if (RuleRules.Check(chain, rule) is { } rejection)
                return rejection;
            if (!names.Add(rule.Name))
                return NameTaken(chain, rule.Name);
        }
        return null;
    }

    public static Rejection? Insert(Draft draft, TopologyCommand.InsertRule insert)
    {
        if (!draft.Now.Chains.TryGetValue(insert.Chain, out var chain))
            return Refusal.NotFound(insert.Chain);
        if ((uint)insert.Index < (uint)chain.Rules.Length && chain.Rules[insert.Index] == insert.Rule)
            return null;
        if (Refusal.IsUnexpected(chain, insert.ExpectedVersion, out var rejection))
            return rejection;
        if ((uint)insert.Index > (uint)chain.Rules.Length)
            return Refusal.Invalid(
                $"{Refusal.Of(chain)} has no place {insert.Index} for rule '{insert.Rule.Name}': use 0 to {chain.Rules.Length}",
                chain.Ref
            );
        if (chain.Rules.Length >= ChangeLimits.MaxRules)
            return TooMany(chain);
        if (CheckRule(draft.Now, chain, insert.Rule) is { } fault)
            return fault;
        if (IndexOf(chain, insert.Rule.Name) >= 0)
            return NameTaken(chain, insert.Rule.Name);
        draft.Happen(new TopologyEvent.RuleInserted(chain.Id, insert.Index, insert.Rule));
        return null;
    }

    public static Rejection? Replace(Draft draft, TopologyCommand.ReplaceRule replace)
    {
        if (!draft.Now.Chains.TryGetValue(replace.Chain, out var chain))
            return Refusal.NotFound(replace.Chain);
        var index = IndexOf(chain, replace.Name);
        var taken = IndexOf(chain, replace.Rule.Name);
        // Also when the first of two equal requests has given the rule its new name.
        if (taken >= 0 && (index == taken || index < 0) && chain.Rules[taken] == replace.Rule)
            return null;
        if (index < 0)
        {
            return new Rejection(
                RejectionReason.NotFound,
                $"{Refusal.Of(chain)} has no rule '{replace.Name}' to replace: insert '{replace.Rule.Name}' instead",
                chain.Ref
            );
        }
        if (Refusal.IsUnexpected(chain, replace.ExpectedVersion, out var rejection))
            return rejection;
        if (CheckRule(draft.Now, chain, replace.Rule) is { } fault)
            return fault;
        if (taken >= 0 && taken != index)
            return NameTaken(chain, replace.Rule.Name);
        draft.Happen(new TopologyEvent.RuleReplaced(chain.Id, index, replace.Rule));
        return null;
    }

    public static Rejection? Delete(Draft draft, TopologyCommand.DeleteRule delete)
    {
        if (!draft.Now.Chains.TryGetValue(delete.Chain, out var chain))
            return Refusal.NotFound(delete.Chain);
        var index = IndexOf(chain, delete.Name);
        if (index < 0)
            return null;
        if (Refusal.IsUnexpected(chain, delete.ExpectedVersion, out var rejection))
            return rejection;
        draft.Happen(new TopologyEvent.RuleDeleted(chain.Id, index));
        return null;
    }

    private static Rejection? CheckRule(TopologySnapshot topology, Chain chain, Rule rule) =>
        RuleRules.Check(chain, rule) ?? ReferenceRules.Check(topology, chain, rule.References);

    private static int IndexOf(Chain chain, string name)
    {
        for (var i = 0; i < chain.Rules.Length; i++)
        {
            if (chain.Rules[i].Name == name)
                return i;
        }
        return -1;
    }

    private static Rejection NameTaken(Chain chain, string name) =>
        new(
            RejectionReason.NameTaken,
            $"{Refusal.Of(chain)} has a rule '{name}' already: choose another name, or replace that rule",
            chain.Ref
        );

    private static Rejection TooMany(Chain chain) =>
        Refusal.Invalid(
            $"{Refusal.Of(chain)} has more than {ChangeLimits.MaxRules} rules: use address sets, or jump to further chains",
            chain.Ref
        );
}
