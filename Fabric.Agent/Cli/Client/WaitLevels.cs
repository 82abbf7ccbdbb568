namespace Fabric.Agent.Cli.Client;

/// <summary>The words for <see cref="WaitLevel"/>.</summary>
public static class WaitLevels
{
    /// <summary>All words.</summary>
    public static string[] Words => [.. Enum.GetValues<WaitLevel>().Select(Of)];

    /// <summary>The word.</summary>
    public static string Of(WaitLevel level) =>
        level switch
        {
            WaitLevel.Stored => "stored",
            WaitLevel.Agents => "agents",
            WaitLevel.Dataplane => "dataplane",
        };

    /// <summary>Reads a word; false for any other.</summary>
    public static bool TryParse(string? word, out WaitLevel level)
    {
        foreach (var each in Enum.GetValues<WaitLevel>())
        {
            level = each;
            if (Of(each) == word)
                return true;
        }
        level = default;
        return false;
    }
}
