using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description.Editing;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Brings the spellings of a command line to one: `fabric bridge list` and `fabric list bridges` become `fabric show bridges`, `fabric port add` becomes `fabric add port`.</summary>
internal static class CommandWords
{
    private static readonly string[] ShowVerbs = ["list", "ls", "show", "get"];
    private static readonly string[] DeleteVerbs = ["del", "delete", "rm"];

    /// <summary>The line with the command in front and options behind.</summary>
    public static IReadOnlyList<string> Normalize(IReadOnlyList<string> words)
    {
        var first = CommandAt(words, 0);
        if (first < 0)
            return words;
        words = [.. words.Take(first), Whole(words[first]), .. words.Skip(first + 1)];
        var second = CommandAt(words, first + 1);
        // A set of addresses and the verb are one word: it is the verb if a kind follows.
        if (words[first] == "set" && second >= 0 && DescriptionPlace.Kinds.Contains(words[second]))
            return Compose(words, [first], ["set"]);
        // What is a command as well as a kind is the command: `fabric balancers` tells how members are, `fabric show balancers` what is described.
        if (DeviceListings.Find(words[first]) is not null && (words[first] == "set" || CommandCatalog.Find(words[first]) is null))
        {
            if (second >= 0 && (words[second] is "add" or "set" || DeleteVerbs.Contains(words[second])))
                return Compose(words, [first, second], [EditVerb(words[second]), words[first]]);
            // NOUN alone, or NOUN VERB.
            var verb = second >= 0 && ShowVerbs.Contains(words[second]) ? second : -1;
            return Compose(words, [first, verb], ["show", words[first]]);
        }
        return Compose(words, [first], [ShowVerbs.Contains(words[first]) ? "show" : EditVerb(words[first])]);
    }

    /// <summary>The word that its beginning stands for, as with ip(8); the word itself if it is one, or begins none.</summary>
    /// <exception cref="FabricException">It begins several.</exception>
    private static string Whole(string word)
    {
        string[] words = [.. ShowVerbs, .. DeleteVerbs];
        if (words.Contains(word) || DeviceListings.Find(word) is not null || CommandCatalog.Find(word) is not null)
            return word;
        string[] begun =
        [
            .. words
                .Concat(DeviceListings.Words)
                .Concat(CommandCatalog.Names)
                .Distinct()
                .Where(known => known.StartsWith(word, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        return begun switch
        {
            [] => word,
            [var only] => only,
            _ => throw new FabricException(CliErrors.Ambiguous, $"'{word}' could be {string.Join(", ", begun[..^1])} or {begun[^1]}"),
        };
    }

    private static string EditVerb(string verb) => DeleteVerbs.Contains(verb) ? "del" : verb;

    /// <summary>The place of the next word that is neither an option nor an option's value, or -1.</summary>
    private static int CommandAt(IReadOnlyList<string> words, int start)
    {
        for (var i = start; i < words.Count; i++)
        {
            if (words[i] == "--")
                return -1;
            if (!words[i].StartsWith('-'))
                return i;
            if (TakesValue(words[i]))
                i++;
        }
        return -1;
    }

    /// <summary>An option of every command that stands apart from its value; options of single commands come behind the command.</summary>
    private static bool TakesValue(string word) => word is "-o" or "--output" or "--socket" or "--columns";

    private static string[] Compose(IReadOnlyList<string> words, int[] taken, string[] front) =>
        [.. front, .. words.Where((_, index) => !taken.Contains(index))];
}
