using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Rules;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes rules, each in one line.</summary>
internal static class RuleWriter
{
    /// <summary>Writes a rule as a map.</summary>
    public static string Write(Rule rule, NameWriter names)
    {
        var entries = new List<(string, string)> { (RuleShape.Name.Name, YamlText.Name(rule.Name)) };
        entries.AddRange(Entries(rule.Match, names));
        entries.Add((RuleShape.Do.Name, Action(rule, names)));
        if (rule.Meter is { } meter)
            entries.Add((RuleShape.Meter.Name, YamlText.Name(meter)));
        return YamlText.Map(entries);
    }

    /// <summary>Writes the conditions of a rule in one line, for tables.</summary>
    public static string Conditions(RuleMatch match, NameWriter names) =>
        string.Join(", ", Entries(match, names).Select(entry => $"{entry.Key}: {entry.Value}"));

    private static List<(string Key, string Value)> Entries(RuleMatch match, NameWriter names)
    {
        var entries = Conditions(match, isNegated: false, names).ToList();
        var negated = Conditions(match, isNegated: true, names).ToList();
        if (negated.Count > 0)
            entries.Add((RuleShape.Not.Name, YamlText.Map(negated)));
        if (match.IsInverted)
            entries.Add((RuleShape.Invert.Name, "true"));
        return entries;
    }

    private static IEnumerable<(string, string)> Conditions(RuleMatch match, bool isNegated, NameWriter names)
    {
        foreach (var condition in RuleConditions.All)
        {
            if (condition.Write(match, isNegated, names) is { } value)
                yield return (condition.Key.Name, value);
        }
    }

    /// <summary>Writes what a rule does.</summary>
    public static string Action(Rule rule, NameWriter names)
    {
        if (rule.JumpTo is { } target)
            return YamlText.Map([(ActionShape.Jump.Name, names.Of(target))]);
        if (rule.Vlan is not { } vlan)
            return RuleShape.Do.Form.Word.WordOf(rule.Action);
        var entries = new List<(string, string)> { (ActionShape.PushVlan.Name, $"{vlan.Id}") };
        if (vlan.Priority != 0)
            entries.Add((ActionShape.Priority.Name, $"{vlan.Priority}"));
        if (vlan.Tpid != ActionShape.CustomerTag)
            entries.Add((ActionShape.Tpid.Name, ActionShape.Tpid.Form.WordOf(vlan.Tpid)));
        return YamlText.Map(entries);
    }
}
