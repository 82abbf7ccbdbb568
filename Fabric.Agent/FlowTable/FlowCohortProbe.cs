using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>What tells a cohort, without memory of its own: to find the cohort of a decision that was just made.</summary>
internal readonly ref struct FlowCohortProbe(ReadOnlySpan<FlowTag> tags, ReadOnlySpan<RuleHit> rules)
{
    public readonly ReadOnlySpan<FlowTag> Tags = tags;
    public readonly ReadOnlySpan<RuleHit> Rules = rules;

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        const ulong prime = 0x9e37_79b9_7f4a_7c15;
        var hash = (ulong)Tags.Length;
        foreach (ref readonly var tag in Tags)
        {
            var word =
                tag.Device
                ^ ulong.RotateLeft(tag.DetailHigh, 21)
                ^ ulong.RotateLeft(tag.DetailLow, 42)
                ^ ((ulong)tag.Kind << 56)
                ^ ((ulong)tag.PrefixLength << 48);
            hash = (ulong.RotateLeft(hash, 5) ^ word) * prime;
        }
        foreach (ref readonly var rule in Rules)
            hash = (ulong.RotateLeft(hash, 5) ^ rule.Chain.Value ^ ((ulong)HashOf(rule.Rule) << 40)) * prime;
        return (int)(hash >> 32);
    }

    /// <summary>Of a rule's name, its end and length: numbered names differ there, and nothing need be read but two letters.</summary>
    private static int HashOf(string name) => name.Length == 0 ? 0 : name.Length | (name[^1] << 8) | (name[name.Length / 2] << 16);
}
