namespace Fabric.Agent.Cli.Client;

/// <summary>Who changed a device, when and why, as the journal keeps it.</summary>
/// <param name="Position">The position of the journal that the change stands at.</param>
/// <param name="Time">When it was stored, by the storing node's clock.</param>
/// <param name="Author">Who wanted it.</param>
/// <param name="Reason">Why, in the author's words; may be empty.</param>
public sealed record ChangeRecord(long Position, DateTimeOffset Time, string Author, string Reason);
