using System.Threading.Channels;
using Fabric.Topology.Actors;

namespace Fabric.Tests.Actors;

[TestFixture]
public sealed class MailboxTest
{
    private OneThreadScheduler _thread = null!;

    [SetUp]
    public void SetUp() => _thread = new OneThreadScheduler(seed: 1);

    [Test]
    public void MessagesAreReceivedInOrderAndInTurnsOfTheGivenSize() =>
        _thread.Run(async () =>
        {
            var turns = new List<int[]>();
            var mailbox = new Mailbox<int>(_thread.Runtime, capacity: 10, turn: 4, messages => Keep(turns, messages));
            for (var i = 0; i < 10; i++)
                mailbox.TryPost(i).ShouldBeTrue();
            await mailbox.DisposeAsync();
            turns.ShouldBe([
                [0, 1, 2, 3],
                [4, 5, 6, 7],
                [8, 9],
            ]);
        });

    [Test]
    public void ATurnBeginsOnlyWhenTheOneBeforeHasEnded() =>
        _thread.Run(async () =>
        {
            var (running, most) = (0, 0);
            await using var mailbox = new Mailbox<int>(
                _thread.Runtime,
                capacity: 100,
                turn: 1,
                async _ =>
                {
                    most = Math.Max(most, ++running);
                    await Task.Delay(TimeSpan.FromMilliseconds(10), _thread.Time);
                    running--;
                }
            );
            for (var i = 0; i < 20; i++)
                mailbox.TryPost(i);
            await mailbox.DisposeAsync();
            most.ShouldBe(1);
        });

    [Test]
    public void AFullMailboxRefusesAndCountsOrLetsThePosterWait() =>
        _thread.Run(async () =>
        {
            var turns = new List<int[]>();
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var mailbox = new Mailbox<int>(
                _thread.Runtime,
                capacity: 2,
                turn: 8,
                async messages =>
                {
                    await gate.Task;
                    await Keep(turns, messages);
                }
            );
            mailbox.TryPost(1).ShouldBeTrue();
            mailbox.TryPost(2).ShouldBeTrue();
            mailbox.TryPost(3).ShouldBeFalse();
            mailbox.Refused.ShouldBe(1);
            mailbox.Waiting.ShouldBe(2);
            var waiting = mailbox.PostAsync(4);
            waiting.IsCompleted.ShouldBeFalse();
            using var given = new CancellationTokenSource();
            var givingUp = mailbox.PostAsync(5, given.Token);
            given.Cancel();
            await Should.ThrowAsync<OperationCanceledException>(async () => await givingUp);
            gate.SetResult();
            await waiting;
            await mailbox.DisposeAsync();
            turns.SelectMany(turn => turn).ShouldBe([1, 2, 4]);
        });

    [Test]
    public void DisposalReceivesWhatWasAcceptedAndNothingMore() =>
        _thread.Run(async () =>
        {
            var turns = new List<int[]>();
            var mailbox = new Mailbox<int>(_thread.Runtime, capacity: 100, turn: 7, messages => Keep(turns, messages));
            for (var i = 0; i < 50; i++)
                mailbox.TryPost(i);
            var closing = mailbox.DisposeAsync();
            mailbox.TryPost(99).ShouldBeFalse();
            await Should.ThrowAsync<ChannelClosedException>(async () => await mailbox.PostAsync(99));
            await closing;
            turns.SelectMany(turn => turn).ShouldBe(Enumerable.Range(0, 50));
        });

    [Test]
    public void AReceiverThatThrowsClosesTheMailboxAndIsSeen() =>
        _thread.Run(async () =>
        {
            var mailbox = new Mailbox<int>(_thread.Runtime, capacity: 4, turn: 1, _ => throw new InvalidOperationException("a bug"));
            mailbox.TryPost(1);
            (await Should.ThrowAsync<InvalidOperationException>(mailbox.Completion)).Message.ShouldBe("a bug");
            mailbox.TryPost(2).ShouldBeFalse();
        });

    private static ValueTask Keep(List<int[]> turns, IReadOnlyList<int> messages)
    {
        turns.Add([.. messages]);
        return ValueTask.CompletedTask;
    }
}
