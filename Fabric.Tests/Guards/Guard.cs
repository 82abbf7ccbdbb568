namespace Fabric.Tests.Guards;

/// <summary>How a guard fails: what the rule is, then one line for each place that breaks it.</summary>
internal static class Guard
{
    public static void Holds(string rule, IEnumerable<string> broken)
    {
        var places = broken.Distinct().ToList();
        if (places.Count > 0)
            Assert.Fail($"{rule}\n  {string.Join("\n  ", places)}");
    }
}
