using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>Requests are answered once; refusals leave no trace.</summary>
public abstract partial class HiveConformance
{
    [Test]
    public async Task ARepeatedRequestGetsTheSameAnswerAnywhereAndChangesNothing()
    {
        var (here, there) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        var request = Wishes.From("ana", Wishes.All(Wishes.Bridge(1), Wishes.Port(1, 1)));
        var answer = (await here.SubmitAsync(request)).ShouldBeOfType<SubmitResult.Accepted>();
        await AcceptAsync(here, Wishes.Bridge(1, isUp: false));

        (await here.SubmitAsync(request)).ShouldBe(answer);
        (await there.SubmitAsync(request)).ShouldBe(answer);
        await here.DisposeAsync();
        var again = await Testbed.OpenAsync();
        (await again.SubmitAsync(request)).ShouldBe(answer);
        again.Replica.Topology.Position.ShouldBe(2);
        again.Replica.Topology.Bridges[new BridgeId(1)].IsAdminUp.ShouldBeFalse();
    }

    [Test]
    public async Task ARequestSentAtOnceToTwoNodesIsStoredOnce()
    {
        var (here, there) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        for (ulong id = 1; id <= 50; id++)
        {
            var request = Wishes.From("ana", Wishes.Bridge(id));
            var answers = await Task.WhenAll(
                new[] { here, there, here, there }.Select(hive => Task.Run(async () => await hive.SubmitAsync(request)))
            );
            answers.ShouldAllBe(answer => answer.Equals(answers[0]));
            answers[0].ShouldBeOfType<SubmitResult.Accepted>().Position.ShouldBe((long)id);
        }
    }

    [Test]
    public async Task ARefusalLeavesNoTraceAndSaysWhy(CancellationToken cancellation)
    {
        var hive = await Testbed.OpenAsync();
        var refused = await hive.SubmitAsync(Wishes.From("ana", Wishes.Port(1, bridge: 77)), cancellation);
        refused.ShouldBeOfType<SubmitResult.Rejected>().Rejection.Message.ShouldNotBeEmpty();
        hive.Replica.Topology.Position.ShouldBe(0);
        (await AcceptAsync(hive, Wishes.Bridge(77))).Position.ShouldBe(1);
    }

    [Test]
    public async Task ARefusalIsDecidedAtTheHeadAndNotAtACopyThatLags()
    {
        var (here, there) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        for (ulong id = 1; id <= 50; id++)
        {
            await AcceptAsync(here, Wishes.Bridge(id));
            await AcceptAsync(there, Wishes.Port(id, id)); // the bridge was accepted, so whoever asks anywhere must find it
        }
    }

    [Test]
    public async Task AWishThatIsFulfilledStoresNothing()
    {
        var hive = await Testbed.OpenAsync();
        await AcceptAsync(hive, Wishes.Bridge(1));
        var again = await AcceptAsync(hive, Wishes.Bridge(1));
        again.ShouldBe(new SubmitResult.Accepted(1, []));
    }

    [TestCase("", "why")]
    [TestCase("ana", null)]
    [TestCase("a\0na", "why")]
    public async Task AnEnvelopeThatIsNotLegalIsRefused(string author, string? reason)
    {
        var hive = await Testbed.OpenAsync();
        var envelope = Wishes.From(author, Wishes.Bridge(1), reason ?? new string('x', 1025));
        (await hive.SubmitAsync(envelope)).ShouldBeOfType<SubmitResult.Rejected>().Rejection.Reason.ShouldBe(RejectionReason.Invalid);
    }

    [Test]
    public Task HalfACharacterIsNoText() => AnEnvelopeThatIsNotLegalIsRefused("ana", $"w{'\ud83d'}y");

    [Test]
    public async Task ACancelledCommandStopsTheWaitingOnly()
    {
        var hive = await Testbed.OpenAsync();
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        var request = Wishes.From("ana", Wishes.Bridge(1));
        await Should.ThrowAsync<OperationCanceledException>(async () => await hive.SubmitAsync(request, given.Token));
        (await hive.SubmitAsync(request)).ShouldBeOfType<SubmitResult.Accepted>().Position.ShouldBe(1);
    }

    [Test]
    public async Task AClosedHiveSaysSo()
    {
        var hive = await Testbed.OpenAsync();
        await using var reader = hive.FeedAsync(0).GetAsyncEnumerator();
        var next = reader.MoveNextAsync();
        await hive.DisposeAsync();
        (await next).ShouldBeFalse("readers come to their end");
        await Should.ThrowAsync<ObjectDisposedException>(async () => await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(1))));
        await hive.Completion;
    }
}
