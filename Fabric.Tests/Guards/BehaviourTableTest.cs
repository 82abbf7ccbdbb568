using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>docs/behaviours.md names for each behaviour the tests that show it.</summary>
public partial class BehaviourTableTest
{
    /// <summary>The last row that this version is to have, or to leave to a later one.</summary>
    private const int LastRow = 93;

    private static readonly SourceFile s_table = SourceTree.Find("docs/behaviours.md");

    [Test]
    public void Every_test_that_is_named_exists()
    {
        var tests = typeof(BehaviourTableTest)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();
        var broken = TestName()
            .Matches(s_table.Text)
            .Where(match => !tests.Contains(match.Value))
            .Select(match => $"{s_table.At(match.Index)}: {match.Value}");
        Guard.Holds("docs/behaviours.md names tests that exist.", broken);
    }

    [Test]
    public void Every_row_of_this_version_is_there()
    {
        var rows = Row()
            .Matches(s_table.Text)
            .SelectMany(match =>
            {
                var first = int.Parse(match.Groups[1].Value);
                var last = match.Groups[2].Success ? int.Parse(match.Groups[2].Value) : first;
                return Enumerable.Range(first, last - first + 1);
            });
        rows.Where(row => row <= LastRow).ShouldBe(Enumerable.Range(1, LastRow));
    }

    [Test]
    public void Every_test_that_tells_a_row_is_in_the_table()
    {
        var broken =
            from type in typeof(BehaviourTableTest).Assembly.GetTypes()
            from method in type.GetMethods()
            let match = TellsRow().Match(method.Name)
            where match.Success && int.Parse(match.Groups[1].Value) <= LastRow
            let row = match.Groups[1].Value
            where !Regex.IsMatch(s_table.Text, $@"^\| {row} \|.*\b{type.Name}\.Row{row}\D", RegexOptions.Multiline)
            select $"docs/behaviours.md: row {row} does not name {type.Name}";
        Guard.Holds("A fixture that tells a row stands in its line of docs/behaviours.md.", broken);
    }

    [GeneratedRegex(@"\b[A-Z]\w+Test\.\w+")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| (\d+)(?:-(\d+))? \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^Row(\d+)[A-Z]")]
    private static partial Regex TellsRow();
}
