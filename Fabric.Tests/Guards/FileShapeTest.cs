using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>A file is one idea and fits one sitting.</summary>
public partial class FileShapeTest
{
    private const int MaxLines = 400;

    [Test]
    public void A_file_has_at_most_400_lines()
    {
        var broken =
            from file in SourceTree.Code
            let lines = file.Text.AsSpan().TrimEnd().Count('\n') + 1
            where lines > MaxLines
            select $"{file.Path}:{MaxLines}: {lines} lines";
        Guard.Holds("A file has at most 400 lines; cut it by aspect (Type.Aspect.cs).", broken);
    }

    [Test]
    public void A_file_has_one_public_type()
    {
        var broken =
            from file in SourceTree.Code
            // One protocol a file: offsets, view and header belong together.
            where !file.Path.StartsWith("Fabric/Packets/", StringComparison.Ordinal)
            let types = PublicType().Matches(file.Text)
            where types.Count > 1
            select $"{file.At(types[1].Index)}: {string.Join(", ", types.Select(match => match.Groups[1].Value))}";
        Guard.Holds("A file has one public type.", broken);
    }

    [Test]
    public void A_public_type_is_in_the_file_of_its_name()
    {
        var broken =
            from file in SourceTree.Code
            where !file.Path.StartsWith("Fabric/Packets/", StringComparison.Ordinal)
            let types = PublicType().Matches(file.Text)
            where types.Count == 1 && types[0].Groups[1].Value != Path.GetFileName(file.Path).Split('.')[0]
            select $"{file.At(types[0].Index)}: {types[0].Groups[1].Value}";
        Guard.Holds("A public type is in the file of its name, or Type.Aspect.cs.", broken);
    }

    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|readonly|ref|partial|unsafe) )*(?:class|struct|record struct|record class|record|enum|interface|delegate [\w<>\[\],? ]+?) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex PublicType();
}
