using System.Text;
using System.Text.RegularExpressions;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Errors;

namespace Fabric.Tests.Docs;

/// <summary>The pages about the command line say what the code does: examples are run, tables are made of the code.</summary>
public partial class CommandDocsTest
{
    [TestCase("fabric-yaml.md")]
    [TestCase("simulate.md")]
    [TestCase("cli.md")]
    public async Task ThePageHolds(string name)
    {
        var path = Repository.File("docs", name);
        var page = await File.ReadAllTextAsync(path);

        Repository.ShouldHold(path, FillInTables(await new DocExample(page).RunAsync()));
    }

    [Test]
    public void TheSchemaHolds() =>
        Repository.ShouldHold(Repository.File("docs", "schema", "fabric-v1.json"), JsonText.Format(DescriptionSchema.Build()) + "\n");

    [Test]
    public void TheErrorsHold() => Repository.ShouldHold(Repository.File("docs", "errors.md"), Errors());

    [Test]
    public void EveryErrorHasItsOwnNumber() => ErrorCatalogue.All.Select(entry => entry.Number).ShouldBeUnique();

    [Test]
    public async Task EveryCodeIsExplained()
    {
        foreach (var entry in ErrorCatalogue.All)
            (await Cli.Shell.RunAsync($"explain {entry.Code}")).Out.ShouldStartWith($"{entry.Code}: {entry.Title}");
    }

    [Test]
    public async Task EveryKeyIsExplained()
    {
        foreach (var topic in ShapeText.Topics)
            (await Cli.Shell.RunAsync($"explain {topic}")).Out.ShouldStartWith(topic);
    }

    [Test]
    public void EverySortOfMapHasItsTable()
    {
        var page = File.ReadAllText(Repository.File("docs", "fabric-yaml.md"));

        foreach (var sort in ShapeText.Sorts)
            page.ShouldContain($"<!-- keys: {sort} -->");
    }

    [Test]
    public void EveryCommandStandsInTheManual()
    {
        var rows = File.ReadLines(Repository.File("docs", "cli.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var told = rows.Select(row => row[3..].Split(' ', '`')[0]).ToHashSet();
        CommandCatalog.Names.Where(name => !told.Contains(name)).ShouldBeEmpty();
    }

    [Test]
    public void TheServiceRunsACommandThatThereIs()
    {
        var start = File.ReadLines(Repository.File("docs", "examples", "fabric.service"))
            .Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));

        CommandLineParser.WhyNot(CommandLineParser.Parse(start.Split(' ')[1..])).ShouldBeNull();
    }

    private static string FillInTables(string page) =>
        Table()
            .Replace(
                page,
                match =>
                    $"<!-- keys: {match.Groups[1].Value} -->\n{ShapeText.Table(ShapeText.All.Single(shape => shape.Name == match.Groups[1].Value))}"
            );

    private static string Errors()
    {
        var text = new StringBuilder("# Errors\n\n");
        text.Append("Every failure that a command tells has a code; `fabric explain CODE` prints what stands here. ");
        text.Append("A code is never given to another failure. This page is made of the code; a test holds it.\n");
        foreach (var entry in ErrorCatalogue.All)
            text.Append(
                $"\n## {entry.Code}: {entry.Title}\n\n{entry.Meaning}\n\n**What to do:** {entry.Remedy}\n\nExit code {(int)entry.Exit}.\n"
            );
        return text.ToString();
    }

    [GeneratedRegex(@"<!-- keys: ([a-z-]+) -->\n(?:\|.*\n)*")]
    private static partial Regex Table();
}
