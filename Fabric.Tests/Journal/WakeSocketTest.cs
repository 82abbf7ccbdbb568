using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

[TestFixture]
[CancelAfter(300_000)]
public sealed class WakeSocketTest
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private DirectoryInfo _directory = null!;

    private string Path => System.IO.Path.Combine(_directory.FullName, "journal.db");

    private string[] Listeners => Directory.GetFiles(Path + "-wake");

    [SetUp]
    public void SetUp() => _directory = Directory.CreateTempSubdirectory("fabric-wake-");

    [TearDown]
    public void TearDown() => _directory.Delete(recursive: true);

    [Test]
    public async Task AWordWakesEveryOtherAndNotItsSpeaker(CancellationToken cancellation)
    {
        using var speaker = Listening();
        using var first = Listening();
        using var second = Listening();
        var own = speaker.WaitAsync(Never, TimeProvider.System, cancellation).AsTask();
        var others = Task.WhenAll(
            first.WaitAsync(Never, TimeProvider.System, cancellation).AsTask(),
            second.WaitAsync(Never, TimeProvider.System, cancellation).AsTask()
        );
        speaker.TellOthers();
        await others;
        own.IsCompleted.ShouldBeFalse();
    }

    [Test]
    public async Task AWordThatCameBeforeTheWaitIsNotLost(CancellationToken cancellation)
    {
        using var speaker = new WakeSocket(Path);
        using var listener = Listening();
        for (var i = 0; i < 5; i++)
            speaker.TellOthers();
        await listener.WaitAsync(Never, TimeProvider.System, cancellation);
    }

    [Test]
    public void ASocketThatNobodyListensAtAnyMoreIsTidiedUp()
    {
        using var speaker = Listening();
        var known = Listeners.Single();
        // What a killed process leaves: a name that its end did not take away.
        using (Listening())
        {
            var left = Listeners.Single(path => path != known);
            File.Move(left, left + ".killed");
        }
        Listeners.Length.ShouldBe(2);
        speaker.TellOthers();
        Listeners.Length.ShouldBe(1);
    }

    [Test]
    public async Task WithoutAWordTheWaitEndsWithItsTime(CancellationToken cancellation)
    {
        using var listener = Listening();
        await listener.WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
    }

    [Test]
    public async Task ADirectoryThatCannotBeMadeLeavesTheClock(CancellationToken cancellation)
    {
        var nowhere = System.IO.Path.Combine(_directory.FullName, "nowhere", new string('x', 200));
        using var socket = new WakeSocket(nowhere);
        socket.Listen();
        socket.IsListening.ShouldBeFalse();
        socket.TellOthers();
        await socket.WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
    }

    [Test]
    public void ClosingLeavesNothing()
    {
        Listening().Dispose();
        Listeners.ShouldBeEmpty();
    }

    private WakeSocket Listening()
    {
        var socket = new WakeSocket(Path);
        socket.Listen();
        socket.IsListening.ShouldBeTrue();
        return socket;
    }
}
