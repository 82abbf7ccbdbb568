namespace Fabric.Tests.World;

/// <summary>How many worlds are tried, and which.</summary>
internal static class WorldRun
{
    private const string SeedsVariable = "FABRIC_WORLD";
    private const string SeedVariable = "FABRIC_WORLD_SEED";

    /// <summary>Choices in a world.</summary>
    public const int Steps = 36;

    /// <summary>Worlds in a usual run.</summary>
    public const int UsualSeeds = 500;

    /// <summary>Worlds to try: the usual number, or that of the long run.</summary>
    public static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable(SeedsVariable), out var wanted) && wanted > 0 ? wanted : UsualSeeds;

    /// <summary>The seed that somebody wants to see again, or null.</summary>
    public static int? Wanted => int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out var seed) ? seed : null;

    /// <summary>Tells one world to its end.</summary>
    public static string Tell(int seed) => new World(seed, Steps).Run();
}
