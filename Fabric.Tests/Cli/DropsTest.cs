using Fabric.Agent.Cli.Client;

namespace Fabric.Tests.Cli;

/// <summary>`fabric drops` says what it does not know.</summary>
[CancelAfter(300_000)]
public class DropsTest
{
    [TestCase(0, null)]
    [TestCase(1, "1 older one is not kept")]
    [TestCase(1234, "1234 older ones are not kept")]
    public async Task ThoseThatAreNotKeptAreCounted(long displaced, string? told)
    {
        const string drop = """{ "sentence": "web1 -> db1 tcp/23 dropped", "packets": 3, "last_s": 0.5, "host": "h1" }""";
        await using var agent = new FakeAgent(
            new TopologyBuilder().Topology,
            new SubmitAnswer(0, 0, null),
            drops: $$"""{ "host": "h1", "hosts": [], "displaced": {{displaced}}, "items": [{{drop}}] }"""
        );
        foreach (var options in (string[])["", " -o json", " --filter nothing-like-it"])
        {
            var result = await Shell.RunAsync($"drops{options}", "", "--socket", agent.Path);

            result.Exit.ShouldBe(0, result.Error);
            if (told is null)
                result.Error.ShouldNotContain("not kept");
            else
                result.Error.ShouldContain(told);
            result.Out.ShouldNotContain("not kept");
        }
    }
}
