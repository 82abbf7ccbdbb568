using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>One word, one thing: docs/glossary.md says which; this keeps the others out of names.</summary>
public partial class VocabularyTest
{
    private static readonly (string Word, string Instead)[] s_everywhere =
    [
        ("Vswitch", "bridge"),
        ("PacketIn", "upcall"),
        ("Wcmatch", "flow key, flow mask"),
        ("ArpCache", "neighbor"),
        ("ArpTable", "neighbor"),
        ("Fdb", "MAC table"),
        ("Chassis", "host"),
        ("Vtep", "tunnel endpoint"),
        ("Postpone", "park"),
        ("NotYet", "Incomplete"),
        ("Materialized", "exterior"),
        ("Blacklist", "denied"),
        ("Whitelist", "allowed"),
        ("Slave", "replica, port"),
        ("Manager", "what it does"),
        ("Helper", "what it does"),
        ("Util", "what it does"),
        ("Utils", "what it does"),
        ("Conntrack", "connection"),
        ("Acl", "chain, rule"),
        ("Revision", "version"),
    ];

    private static readonly (string Word, string Instead)[] s_core =
    [
        ("Session", "connection"),
        ("Callback", "effect"),
        ("Subscription", "tag"),
        ("Flush", "invalidate, expire, evict"),
        ("Rx", "inbound"),
        ("Tx", "outbound"),
        ("Master", "entity"),
    ];

    [Test]
    public void Names_use_the_words_of_the_glossary() =>
        Guard.Holds("Names use the words of docs/glossary.md.", SourceTree.Shipped.SelectMany(file => Broken(file, s_everywhere)));

    [Test]
    public void Names_of_the_core_use_them_strictly() =>
        Guard.Holds(
            "Names use the words of docs/glossary.md.",
            SourceTree.Shipped.Where(file => file.Project == "Fabric").SelectMany(file => Broken(file, s_core))
        );

    [TestCase("class VswitchTable", "Vswitch")]
    [TestCase("int _fdbSize", "Fdb")]
    [TestCase("void OnPacketIn()", "PacketIn")]
    [TestCase("class Utilization", null)]
    [TestCase("// the Fdb of others", null)]
    public void A_word_is_found_as_a_part_of_a_name(string code, string? word) =>
        Broken(new SourceFile("Fabric/X.cs", code), s_everywhere).Select(text => text.Split('\'')[1]).ShouldBe(word is null ? [] : [word]);

    private static IEnumerable<string> Broken(SourceFile file, (string Word, string Instead)[] words)
    {
        var bare = file with { Text = file.Bare };
        return from name in Identifier().Matches(bare.Text)
            from word in words
            where HasWord(name.Value, word.Word)
            select $"{bare.At(name.Index)}: {name.Value} has '{word.Word}'; the word is {word.Instead}";
    }

    private static bool HasWord(string name, string word)
    {
        var upper = name.TrimStart('_');
        if (upper.Length == 0)
            return false;
        upper = char.ToUpperInvariant(upper[0]) + upper[1..];
        var at = upper.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at + word.Length == upper.Length || !char.IsLower(upper[at + word.Length]));
    }

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Identifier();
}
