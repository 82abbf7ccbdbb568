using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Cli;

[TestFixture]
public class ProgressLineTest
{
    private readonly ManualTime _clock = new();

    [Test]
    public void ItAppearsAfterASecondChangesNowAndThenAndGoes() =>
        Tell(isWatched: true, seconds: [0.5, 0.4, 0.2, 0.1, 0.2]).ShouldBe("\r3 of 9 entries\r5 of 9 entries\r\x1b[K");

    [Test]
    public void AShortWorkShowsNothing() => Tell(isWatched: true, seconds: [0.1, 0.2]).ShouldBeEmpty();

    [Test]
    public void WhereNobodyLooksNothingIsWritten() => Tell(isWatched: false, seconds: [5, 5]).ShouldBeEmpty();

    private string Tell(bool isWatched, double[] seconds)
    {
        var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, error) { IsWatched = isWatched };
        using (var line = new ProgressLine(terminal, _clock))
        {
            for (var i = 0; i < seconds.Length; i++)
            {
                _clock.Pass(TimeSpan.FromSeconds(seconds[i]));
                line.Tell(i + 1, 9);
            }
        }
        return error.ToString();
    }
}
