using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Rules;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads rules.</summary>
internal static class RuleReader
{
    /// <summary>Reads a rule; null after complaining that it has no name or does nothing.</summary>
    public static Rule? Read(Scope scope, YamlNode node, string title)
    {
        var map = MapReader.Open(node, RuleShape.Shape, title, node.At, scope.Draft.Problems);
        var name = map.One(RuleShape.Name);
        if (name is { } known)
            title = $"rule '{known.Value}'";
        var match = ReadMatch(scope, map, title);
        if (map.Find(RuleShape.Do) is not { } action || ReadAction(scope, action, title) is not { } rule || name is null)
            return null;
        return rule with { Name = name.Value.Value, Match = match, Meter = map.One(RuleShape.Meter)?.Value };
    }

    private static RuleMatch ReadMatch(Scope scope, MapReader map, string title)
    {
        var match = RuleMatch.Everything with { IsInverted = map.One(RuleShape.Invert, false) };
        foreach (var condition in RuleConditions.All)
            match = ReadCondition(scope, map, condition, match, isNegated: false);
        if (map.Find(RuleShape.Not) is not { } not)
            return match;
        var negated = MapReader.Open(not, NotShape.Shape, $"'not' of {title}", map.PlaceOf(RuleShape.Not), scope.Draft.Problems);
        foreach (var condition in RuleConditions.Negatable)
            match = ReadCondition(scope, negated, condition, match, isNegated: true);
        return match;
    }

    private static RuleMatch ReadCondition(Scope scope, MapReader map, Condition condition, RuleMatch match, bool isNegated)
    {
        if (!map.Has(condition.Key))
            return match;
        if (condition.IsSet(match))
        {
            var what = $"'{condition.Key.Name}' is asked for twice in one rule";
            var why = "a rule has one place for it, whatever it is called, negated or not";
            map.Complain(DescriptionErrors.Contradiction, condition.Key, what, why, "make two rules of it");
            return match;
        }
        return condition.Read(match, map, scope, isNegated);
    }

    private static Rule? ReadAction(Scope scope, YamlNode node, string title)
    {
        if (node is not YamlNode.Map)
        {
            var word = MapReader.ReadScalar(node, RuleShape.Do.Form.Word, $"'do' of {title}", scope.Draft.Problems);
            return word is { } action ? new Rule { Name = "", Action = action.Value } : null;
        }
        var map = MapReader.Open(node, ActionShape.Shape, $"'do' of {title}", node.At, scope.Draft.Problems);
        var isJump = map.Has(ActionShape.Jump);
        if (isJump == map.Has(ActionShape.PushVlan))
        {
            scope.Complain(DescriptionErrors.Contradiction, node.At, $"'do' of {title} takes one of 'jump' and 'push-vlan'");
            return null;
        }
        if (isJump)
        {
            var target = scope.Chain(map, ActionShape.Jump);
            return target is null
                ? null
                : new Rule
                {
                    Name = "",
                    Action = RuleAction.Jump,
                    JumpTo = target,
                };
        }
        var vlan = new VlanTag(
            map.One(ActionShape.Tpid, ActionShape.CustomerTag),
            (ushort)map.One(ActionShape.PushVlan, 0),
            (byte)map.One(ActionShape.Priority, 0)
        );
        return new Rule
        {
            Name = "",
            Action = RuleAction.PushVlan,
            Vlan = vlan,
        };
    }
}
