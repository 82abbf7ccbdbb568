using System.Text;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Docs;

/// <summary>Runs the examples of a page: blocks that are files, and blocks of commands with what they print.</summary>
/// <remarks>
/// <code>
/// ```yaml shop.yaml        the file shop.yaml
/// ```console               $ COMMAND, then what it prints on either stream; `$ echo $?` prints the exit code of the one before
/// </code>
/// Files are of the page; a later block of the same name replaces an earlier one.
/// </remarks>
internal sealed class DocExample(string page)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-docs-").FullName;
    private int _exit;

    /// <summary>The page with what the commands really print.</summary>
    public async Task<string> RunAsync()
    {
        var result = new StringBuilder();
        var lines = page.TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length; )
        {
            var fence = lines[i];
            result.Append(lines[i++]).Append('\n');
            if (!fence.StartsWith("```", StringComparison.Ordinal) || fence.Length == 3)
                continue;
            var end = Array.IndexOf(lines, "```", i);
            var block = lines[i..end];
            var words = fence[3..].Split(' ', 2);
            if (words.Length == 2)
                await File.WriteAllTextAsync(Path.Combine(_folder, words[1]), string.Join('\n', block) + "\n");
            result.Append(words[0] == "console" ? await RunAsync(block) : string.Join('\n', block) + "\n").Append("```\n");
            i = end + 1;
        }
        Directory.Delete(_folder, recursive: true);
        return result.ToString();
    }

    private async Task<string> RunAsync(string[] block)
    {
        var result = new StringBuilder();
        foreach (var line in block.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            result.Append(line).Append('\n');
            if (line == "$ echo $?")
            {
                result.Append(_exit).Append('\n');
                continue;
            }
            var words = Words(line[2..]).ToArray();
            words[0].ShouldBe("fabric", line);
            var ran = await Shell.RunAsync("", "", [.. words[1..].Select(Place)]);
            _exit = ran.Exit;
            result.Append(
                (ran.Error + ran.Out).Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace("\r", "")
            );
        }
        return result.ToString();
    }

    /// <summary>The word, with the page's folder before a name of one of its files.</summary>
    private string Place(string word) => File.Exists(Path.Combine(_folder, word)) ? Path.Combine(_folder, word) : word;

    private static IEnumerable<string> Words(string line)
    {
        var quoted = line.Split('\'');
        for (var i = 0; i < quoted.Length; i++)
        {
            if (i % 2 == 1)
                yield return quoted[i];
            else
            {
                foreach (var word in quoted[i].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    yield return word;
            }
        }
    }
}
