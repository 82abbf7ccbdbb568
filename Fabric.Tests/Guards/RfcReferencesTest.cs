using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>Where a standard is obeyed the source says which part of it; docs/references.md lists all of them.</summary>
public partial class RfcReferencesTest
{
    private static readonly SourceFile s_list = SourceTree.Find("docs/references.md");

    private static IEnumerable<(SourceFile File, Match Match)> References =>
        from file in SourceTree.Code
        where !file.Path.Contains("/Guards/", StringComparison.Ordinal)
        from match in Reference().Matches(file.Text)
        select (file, match);

    [Test]
    public void Every_reference_names_the_part()
    {
        var broken =
            from reference in References
            where !reference.Match.Groups["part"].Success
            select $"{reference.File.At(reference.Match.Index)}: {reference.Match.Value}";
        Guard.Holds(
            "An RFC is cited with its part, or alone in parentheses where all of it is meant: \"RFC 1812, section 5.2\" or \"RFC 826, Packet Reception\".",
            broken
        );
    }

    [Test]
    public void Every_reference_is_listed_with_its_title()
    {
        var listed = Listed().Matches(s_list.Text).Select(match => match.Groups[1].Value).ToHashSet();
        var broken =
            from reference in References
            where !listed.Contains(reference.Match.Groups["number"].Value)
            select $"{reference.File.At(reference.Match.Index)}: {reference.Match.Value}";
        Guard.Holds("docs/references.md has a row for every RFC: | [RFC 826](...) | title | where |.", broken);
    }

    [Test]
    public void Every_listed_one_is_used()
    {
        var used = References.Select(reference => reference.Match.Groups["number"].Value).ToHashSet();
        var broken = Listed()
            .Matches(s_list.Text)
            .Where(match => !used.Contains(match.Groups[1].Value))
            .Select(match => $"{s_list.At(match.Index)}: {match.Value}");
        Guard.Holds("docs/references.md lists only what the sources cite.", broken);
    }

    [Test]
    public void Rows_are_in_order_and_once()
    {
        var numbers = Listed().Matches(s_list.Text).Select(match => int.Parse(match.Groups[1].Value)).ToList();
        numbers.ShouldBe(numbers.Distinct().Order());
    }

    [GeneratedRegex(@"\bRFC (?<number>\d+)(?<part>,\s+(?:sections?\b|appendix\b|[A-Z])|\))?")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| \[RFC (\d+)\]\(https://www\.rfc-editor\.org/rfc/rfc\1\) \| [^|]{5,} \| [^|]{3,} \|$", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
