using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>The repository speaks of the project alone: it builds in any folder, from any package feed.</summary>
public partial class NoPlaceOfWorkTest
{
    [Test]
    public void No_file_names_a_folder_of_one_machine_or_a_package_feed()
    {
        var files = SourceTree.Files(
            "*.cs",
            "*.csproj",
            "*.props",
            "*.sln",
            "*.json",
            "*.md",
            "*.cake",
            "*.sh",
            "*.yaml",
            "*.yml",
            "*.sql",
            "*.txt",
            "run",
            ".editorconfig"
        );
        var broken =
            from file in files
            where
                !file.Path.EndsWith("packages.lock.json", StringComparison.Ordinal)
                && !file.Path.Contains("/Guards/", StringComparison.Ordinal)
            from match in Place().Matches(file.Text)
            select $"{file.At(match.Index)}: {match.Value}";
        Guard.Holds("No absolute folder of one machine, no host name of a package feed.", broken);
    }

    [Test]
    public void No_feed_is_configured() =>
        SourceTree
            .Files("nuget.config", "NuGet.Config", "NuGet.config")
            .ShouldBeEmpty("which feed serves the packages is the machine's business");

    [GeneratedRegex(
        @"(?<![\w./])/(?:work|home/\w+|root|Users|tmp/\w+)/[\w.]*|\b[A-Z]:\\\w+|api\.nuget\.org|https?://(?:[\w-]+\.)*(?:nuget|artifactory|pkgs|registry|feed)[\w.-]*",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Place();
}
