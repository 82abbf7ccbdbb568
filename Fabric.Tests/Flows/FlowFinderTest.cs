using Fabric.Flows;

namespace Fabric.Tests.Flows;

/// <summary>Words are found in flows exactly where the flows' text, written whole, has them.</summary>
public class FlowFinderTest
{
    private const int Worlds = 300;
    private const int FlowsEach = 40;

    [Test]
    public void WhatIsFoundIsWhatTheTextContains()
    {
        var (hits, misses) = (0, 0);
        for (var seed = 0; seed < Worlds; seed++)
        {
            var flows = Enumerable.Range(seed * FlowsEach, FlowsEach).Select(FlowTextTest.RandomFlow).ToArray();
            var texts = flows
                .Select(flow => (Key: FlowText.Format(flow.Key, flow.Mask), Actions: FlowText.Format(flow.Key, flow.Actions.AsSpan())))
                .ToArray();
            var random = new Random(seed);
            var words = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Word(random, texts[random.Next(texts.Length)])).ToArray();
            var finder = new FlowFinder(words);
            // Each twice: the second time much is remembered.
            for (var index = 0; index < 2 * FlowsEach; index++)
            {
                var (key, mask, actions) = flows[index % FlowsEach];
                var (keyText, actionsText) = texts[index % FlowsEach];
                var wanted = words.All(word => Contains(keyText, word) || Contains(actionsText, word));

                finder
                    .HasAll(key, mask, actions, finder.All)
                    .ShouldBe(wanted, $"seed {seed}: '{string.Join(' ', words)}' in {keyText}, actions:{actionsText}");

                (hits, misses) = wanted ? (hits + 1, misses) : (hits, misses + 1);
            }
        }
        hits.ShouldBeGreaterThan(Worlds);
        misses.ShouldBeGreaterThan(Worlds);
    }

    [TestCase("10.0.0.7", true)]
    [TestCase("SRC=10.0.0.7", true)]
    [TestCase("10.0.0.7,dst=10.0.0.2", true)]
    [TestCase("10.0.0.2,dst=10.0.0.7", false)]
    [TestCase("ipv4(src=", true)]
    [TestCase("eth_type(0x0800),ipv4(", true)]
    [TestCase("),(", false)]
    [TestCase("),ipv4", true)]
    [TestCase("udp", false)]
    [TestCase("set(ipv4(ttl=63)),3", true)]
    [TestCase("3", true)]
    [TestCase("ſrc", false)]
    public void AWordIsFound(string word, bool isThere)
    {
        var flow = FlowText.Parse(
            "in_port(2),eth_type(0x0800),ipv4(src=10.0.0.7,dst=10.0.0.2,proto=6,frag=no),tcp(dst=80), actions:set(ipv4(ttl=63)),3"
        );
        var finder = new FlowFinder([word]);

        finder.HasAll(flow.Key, flow.Mask, [.. flow.Actions], finder.All).ShouldBe(isThere);
    }

    [Test]
    public void NothingToLookForIsThereAlways()
    {
        var finder = new FlowFinder([]);

        finder.All.ShouldBe(UInt128.Zero);
        finder.HasAll(default, default, [], finder.All).ShouldBeTrue();
    }

    [Test]
    public void TooManyWordsAreRefused()
    {
        new FlowFinder(Enumerable.Repeat("a", FlowFinder.MaxWords)).All.ShouldBe(UInt128.MaxValue);
        Should.Throw<ArgumentException>(() => new FlowFinder(Enumerable.Repeat("a", FlowFinder.MaxWords + 1)));
    }

    /// <summary>A piece of a flow's text, now and then with a letter changed or in capitals.</summary>
    private static string Word(Random random, (string Key, string Actions) text)
    {
        var whole = random.Next(4) == 0 ? text.Actions : text.Key;
        var length = random.Next(1, Math.Min(whole.Length, 20) + 1);
        var word = whole.Substring(random.Next(whole.Length - length + 1), length);
        return random.Next(6) switch
        {
            0 => word.ToUpperInvariant(),
            1 => word.Replace('0', '1'),
            _ => word,
        };
    }

    private static bool Contains(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
