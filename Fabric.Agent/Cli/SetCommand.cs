using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Description.Editing;

namespace Fabric.Agent.Cli;

/// <summary>`fabric set`.</summary>
internal sealed class SetCommand : EditCommand
{
    private readonly Argument<string[]> _values = new("values")
    {
        Description = "KEY=VALUE: keys of fabric.yaml (`fabric explain KIND`); KEY= takes a key away.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <inheritdoc/>
    public override string Summary => "Changes keys of a device, a rule, a route or another part with a name; the others stay.";

    /// <inheritdoc/>
    public override string Details =>
        "fabric set port shop/web3 admin=down. A second time it changes nothing. What somebody else changes at the same time is not overwritten: exit code 4.";

    /// <inheritdoc/>
    protected override Argument<string[]> Values => _values;

    /// <inheritdoc/>
    protected override void Edit(
        JsonObject root,
        DescriptionPlace place,
        IReadOnlyDictionary<string, JsonNode?> values,
        CommandCall call
    ) => DescriptionEdit.Set(root, place, values);
}
