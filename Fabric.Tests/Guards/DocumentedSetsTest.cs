using System.Text.RegularExpressions;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Guards;

/// <summary>A closed set that people meet has its page, and the page has no more and no less than the set.</summary>
public partial class DocumentedSetsTest
{
    [Test]
    public void Every_drop_reason_has_its_paragraph()
    {
        var page = SourceTree.Find("docs/drop-reasons.md");
        var documented = Heading().Matches(page.Text).Where(match => match.Groups[2].Length > 40).Select(match => match.Groups[1].Value);
        documented
            .Order()
            .ShouldBe(Enum.GetNames<DropReason>().Where(name => name != nameof(DropReason.None)).Order(), "docs/drop-reasons.md");
    }

    [Test]
    public void Every_kind_of_tag_has_its_row()
    {
        var page = SourceTree.Find("docs/invalidation.md").Text;
        var table = page[
            page.IndexOf("## Who leaves which tag", StringComparison.Ordinal)..page.IndexOf(
                "## Which event touches",
                StringComparison.Ordinal
            )
        ];
        var missing = Enum.GetNames<FlowTagKind>().Where(name => !Regex.IsMatch(table, $@"^\| {name} \|", RegexOptions.Multiline));
        Guard.Holds("Every FlowTagKind has a row in docs/invalidation.md.", missing.Select(name => $"docs/invalidation.md: {name}"));
    }

    [Test]
    public void Every_decision_is_in_the_index_and_numbered_once()
    {
        var index = SourceTree.Find("docs/decisions/README.md").Text;
        var pages = Directory
            .GetFiles(Path.Combine(SourceTree.Root, "docs/decisions"), "*.md")
            .Select(path => Path.GetFileName(path)!)
            .Where(name => name != "README.md")
            .Order()
            .ToList();
        Guard.Holds(
            "Every decision is linked from docs/decisions/README.md.",
            pages.Where(page => !index.Contains($"({page})", StringComparison.Ordinal)).Select(page => $"docs/decisions/{page}")
        );
        Guard.Holds(
            "Every link leads to a page.",
            Link().Matches(index).Select(match => match.Groups[1].Value).Except(pages).Select(page => $"docs/decisions/README.md: {page}")
        );
        var clashes = pages.GroupBy(page => page[..4]).Where(group => group.Count() > 1).Select(group => string.Join(", ", group));
        Guard.Holds("A number is of one decision.", clashes.Select(names => $"docs/decisions: {names}"));
    }

    [GeneratedRegex(@"^## (\w+)\n\n([^#]+)", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\((\d{4}-[\w-]+\.md)\)")]
    private static partial Regex Link();
}
