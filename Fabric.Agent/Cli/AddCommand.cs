using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Description.Editing;

namespace Fabric.Agent.Cli;

/// <summary>`fabric add`.</summary>
internal sealed class AddCommand : EditCommand
{
    private readonly Argument<string[]> _values = new("values")
    {
        Description =
            "KEY=VALUE: keys of fabric.yaml (`fabric explain KIND`); lists and maps in brackets, an address set's as members=[...].",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _before = new("--before")
    {
        Description = "The rule of the same chain that a new rule stands before; else it is the last.",
        HelpName = "RULE",
    };

    /// <inheritdoc/>
    public override string Summary => "Adds a device, a rule, a route or another part with a name to the network.";

    /// <inheritdoc/>
    public override string Details =>
        "fabric add port shop/web3 on=web host=a ip=[10.1.0.13] is `fabric apply` of the network with that port. What is there already is not overwritten: exit code 4.";

    /// <inheritdoc/>
    protected override Argument<string[]> Values => _values;

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        base.Configure(command);
        command.Options.Add(_before);
    }

    /// <inheritdoc/>
    protected override void Edit(
        JsonObject root,
        DescriptionPlace place,
        IReadOnlyDictionary<string, JsonNode?> values,
        CommandCall call
    ) => DescriptionEdit.Add(root, place, values, call.Line.GetValue(_before));
}
