namespace Fabric.Agent.Cli.Capturing;

/// <summary>A port that is captured.</summary>
/// <param name="Name">Its whole name.</param>
/// <param name="Host">The host that it is at; null for the one that the command runs at.</param>
/// <param name="Interface">Its interface there.</param>
internal sealed record CapturePlace(string Name, string? Host, string Interface)
{
    /// <summary>What the file says of it.</summary>
    public string Description => Host is null ? $"interface {Interface}" : $"interface {Interface} at host {Host}";
}
