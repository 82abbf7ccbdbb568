using System.Collections.Immutable;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads chains.</summary>
internal static class ChainReader
{
    /// <summary>Declares a chain.</summary>
    public static void Declare(Scope scope, YamlNode.Scalar name, YamlNode value) =>
        scope.Draft.Declare(
            DeviceKind.Chain,
            scope.Name(name.Text),
            name.At,
            id => new Chain
            {
                Id = new(id.Id),
                Name = scope.Name(name.Text),
                Rules = Rules(scope, $"chain '{scope.Name(name.Text)}'", value),
            }
        );

    private static ImmutableArray<Rule> Rules(Scope scope, string title, YamlNode value)
    {
        if (value is YamlNode.Scalar { IsNull: true })
            return [];
        if (value is not YamlNode.List list)
        {
            scope.Complain(DescriptionErrors.WrongForm, value.At, $"{title} cannot be {value.Words}", "expected a list of rules");
            return [];
        }
        var rules = ImmutableArray.CreateBuilder<Rule>();
        var names = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (RuleReader.Read(scope, list.Items[i], $"rule {i + 1} of {title}") is not { } rule)
                continue;
            if (!names.TryAdd(rule.Name, list.Items[i].At))
            {
                var why = $"the rule in line {names[rule.Name].Line} has that name";
                scope.Complain(DescriptionErrors.Twice, list.Items[i].At, $"{title} has two rules '{rule.Name}'", why);
            }
            rules.Add(rule);
        }
        return rules.ToImmutable();
    }
}
