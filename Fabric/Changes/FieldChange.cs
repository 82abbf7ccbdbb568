namespace Fabric.Changes;

/// <summary>What would happen to one field, rule, route or member of a device.</summary>
/// <param name="Field">Which one: "inbound chain", "rule 'web'".</param>
/// <param name="Before">What it is, or null when it would be added.</param>
/// <param name="After">What it would be, or null when it would be removed.</param>
public readonly record struct FieldChange(string Field, string? Before, string? After)
{
    /// <summary>"up yes -> no", "rule 'web' added", "rule 'web' removed".</summary>
    public override string ToString() =>
        (Before, After) switch
        {
            (null, _) => $"{Field} added",
            (_, null) => $"{Field} removed",
            _ => Before == After ? $"{Field} changed" : $"{Field} {Before} -> {After}",
        };
}
