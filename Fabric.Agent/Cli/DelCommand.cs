using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Editing;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric del`.</summary>
internal sealed class DelCommand : EditCommand
{
    private const int MaxUsers = 3;

    /// <inheritdoc/>
    public override string Summary => "Deletes a device, a rule, a route or another part with a name.";

    /// <inheritdoc/>
    public override string Details => "What others still name is not deleted, and they are told. `fabric undo` brings it back.";

    /// <inheritdoc/>
    protected override void Edit(
        JsonObject root,
        DescriptionPlace place,
        IReadOnlyDictionary<string, JsonNode?> values,
        CommandCall call
    ) => DescriptionEdit.Delete(root, place);

    /// <inheritdoc/>
    protected override FabricException Explain(FabricException failure, TopologySnapshot topology, DescriptionPlace place)
    {
        var users = Users(topology, place).ToList();
        if (users.Count == 0)
            return base.Explain(failure, topology, place);
        var names = string.Join(", ", users.Take(MaxUsers)) + (users.Count > MaxUsers ? $" and {users.Count - MaxUsers} more" : "");
        return new FabricException([
            new Problem(RefusalErrors.StillReferenced, $"{place.Kind} '{place.Name}' cannot be deleted")
            {
                Why = $"{names} would be without it",
            },
        ]);
    }

    private static IEnumerable<string> Users(TopologySnapshot topology, DescriptionPlace place) =>
        Nouns.Parse(place.Kind) is { } kind && DeviceName.TryParse(place.Name, out var name) && topology.Find(kind, name) is { } device
            ? topology
                .ReferrersOf(device.Ref)
                .Select(topology.Find)
                .OfType<Device>()
                .OrderBy(user => (user.Ref.Kind, user.Name))
                .Select(user => $"{Nouns.One(user.Ref.Kind)} {user.Name}")
            : [];
}
