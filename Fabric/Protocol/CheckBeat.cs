namespace Fabric.Protocol;

/// <summary>A host still checks members of pools, told to one that would go on in its place.</summary>
/// <param name="PeriodMilliseconds">After how long it tells so again; 0 if it has nothing more to check for which that one would be next.</param>
public sealed record CheckBeat(int PeriodMilliseconds)
{
    /// <summary>The level of which those are that know it.</summary>
    public const int Level = 14;
}
