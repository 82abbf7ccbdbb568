namespace Fabric.Tests.Cli;

/// <summary>A kind of hive that this program has not is named in one sentence.</summary>
[TestFixture]
[CancelAfter(300_000)]
public sealed class NoSuchHiveTest
{
    [TestCase("nosuch")]
    [TestCase("../etc")]
    [TestCase("topology")]
    public async Task AnAgentWantsAHiveThatThereIs(string hive)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-nohive-");
        try
        {
            var refused = await AgentRun.RefuseAsync(folder.FullName, Path.Combine(folder.FullName, "j.db"), hive: hive);
            refused.Exit.ShouldBe(2);
            refused.Error.ShouldContain($"no hive '{hive}'");
            refused.Error.ShouldContain("FABRIC-4006");
            folder.GetFiles().ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase("journal copy --from a.db", "copy wants two journals")]
    [TestCase("journal copy a.db --from a.db --to b.db", "copy wants two journals")]
    [TestCase("journal verify --from a.db", "are for `fabric journal copy`")]
    public async Task ACopyWantsTwoJournals(string line, string said)
    {
        var ran = await Shell.RunAsync(line);
        ran.Exit.ShouldBe(2);
        ran.Error.ShouldContain(said);
    }
}
