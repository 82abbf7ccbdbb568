namespace Fabric.Agent.Cli.Output;

/// <summary>One column of a listing.</summary>
/// <param name="Name">Its key in JSON and its heading.</param>
/// <param name="IsWide">Only the wide table shows it.</param>
/// <param name="Kind">What its values are.</param>
public sealed record Column(string Name, bool IsWide = false, ColumnKind Kind = ColumnKind.Text);
