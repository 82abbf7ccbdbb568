using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>Folders of the core are in rank order, and a folder uses only those above it.</summary>
public partial class FolderRankTest
{
    private static readonly string[] s_ranks =
    [
        "Collections",
        "Addresses",
        "Packets",
        "Flows",
        "Devices",
        "Balancing",
        "Connections",
        "Simulation",
        "Bindings",
        "Changes",
        "Protocol",
    ];

    [Test]
    public void A_folder_of_the_core_uses_only_those_above_it()
    {
        var broken =
            from file in SourceTree.Code
            where file.Project == "Fabric"
            let own = Array.IndexOf(s_ranks, file.Path.Split('/')[1])
            from match in Folder().Matches(file.Bare)
            where Array.IndexOf(s_ranks, match.Groups[1].Value) > own
            select $"{PlaceIn(file, match.Index)}: {match.Value}";
        Guard.Holds($"A folder of Fabric uses only folders before it: {string.Join(" < ", s_ranks)}.", broken);
    }

    [Test]
    public void Every_folder_of_the_core_has_a_rank()
    {
        var folders = SourceTree.Code.Where(file => file.Project == "Fabric").Select(file => file.Path.Split('/')[1]).Distinct();
        folders.Except(s_ranks).ShouldBeEmpty("a new folder of Fabric needs its rank in this test and in ARCHITECTURE.md");
    }

    [Test]
    public void A_namespace_is_its_folder()
    {
        var broken =
            from file in SourceTree.Code
            let match = Namespace().Match(file.Text)
            where match.Success && match.Groups[1].Value != Path.GetDirectoryName(file.Path)!.Replace('/', '.')
            select $"{file.At(match.Index)}: {match.Groups[1].Value}";
        Guard.Holds("A file's namespace is its folder.", broken);
    }

    /// <summary>Bare text has the same lines but not the same columns.</summary>
    private static string PlaceIn(SourceFile file, int index) => (file with { Text = file.Bare }).At(index);

    [GeneratedRegex(
        @"\bFabric\.(Collections|Addresses|Packets|Flows|Devices|Balancing|Connections|Simulation|Bindings|Changes|Protocol)\b"
    )]
    private static partial Regex Folder();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
