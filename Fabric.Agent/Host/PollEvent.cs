namespace Fabric.Agent.Host;

/// <summary>One descriptor that has something to say, by the number it was added under.</summary>
/// <param name="Token">What <see cref="PollSet.Add"/> was given.</param>
/// <param name="HasFailed">The descriptor carries an error: for a packet socket, its interface went down or away.</param>
public readonly record struct PollEvent(ulong Token, bool HasFailed);
