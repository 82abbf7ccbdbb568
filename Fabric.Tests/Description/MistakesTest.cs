using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Agent.Errors;

namespace Fabric.Tests.Description;

/// <summary>Typical mistakes, a file each: its first lines say which line must be pointed at, by which code, with which words.</summary>
public partial class MistakesTest
{
    private const string Noise = "{}[]:,-#'\"&*!|>%@`\t\n ~?a1/.";

    private static readonly string Folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Description", "Mistakes");

    [TestCaseSource(nameof(Names))]
    public void AMistakeIsPointedAt(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));
        var expected = Header()
            .Matches(text)
            .Select(match =>
                (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, match.Groups[3].Value)
            );

        var problems = Describe.Read(text, name).Problems;

        TestContext.Out.WriteLine(string.Join('\n', problems));
        problems
            .Select(problem => (problem.At!.Line, problem.Entry.Code))
            .ShouldBe(expected.Select(mistake => (mistake.Item1, mistake.Item2)));
        foreach (var (problem, mistake) in problems.Zip(expected))
            problem.ToString().ShouldContain(mistake.Item3);
    }

    [Test]
    public void TheCorpusHoldsAtLeastTwentyMistakes() => Names().Count().ShouldBeGreaterThanOrEqualTo(20);

    [Test]
    public void AProblemShowsTheLineWithAMarkAndWhatToDo()
    {
        var problem = Describe.Problems("fabric: v1\nhosts:\n  a: { underlay: 10.0.0.256 }\n").Single();

        problem
            .ToString()
            .ShouldBe(
                """
                fabric.yaml:3:18: 'underlay' of host 'a' cannot be '10.0.0.256'
                    3 |   a: { underlay: 10.0.0.256 }
                      |                  ^^^^^^^^^^
                  why: expected an IP address such as 10.0.0.1 or fd00::1
                  do:  Write a value as the message shows.
                  FABRIC-1104
                """
            );
    }

    [Test]
    public void AnyTextIsReadWithoutThrowing([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var names = Names().ToArray();
        for (var i = 0; i < 50; i++)
        {
            var text = File.ReadAllText(Path.Combine(Folder, names[random.Next(names.Length)])).ToCharArray().ToList();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(text.Count);
                var c = Noise[random.Next(Noise.Length)];
                if (random.Next(2) == 0)
                    text.Insert(at, c);
                else
                    text[at] = c;
            }
            var yaml = new string([.. text]);
            Should.NotThrow(() => Describe.Problems(yaml).Select(ProblemText.Format).ToList(), $"seed {seed}: {yaml}");
        }
    }

    private static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^# line (\d+): (FABRIC-\d+) (.*)$", RegexOptions.Multiline)]
    private static partial Regex Header();
}
