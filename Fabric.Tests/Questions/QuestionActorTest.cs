using Fabric.Agent.Questions;
using Fabric.Protocol;
using Fabric.Tests.Peers;

namespace Fabric.Tests.Questions;

/// <summary>A host is told what another knows: all of it or nothing, and soon.</summary>
[TestFixture]
public sealed class QuestionActorTest
{
    private static readonly HostQuestion s_drops = new(HostQuestionTopic.Drops, 0, "");

    private readonly List<HostQuestion> _made = [];

    [TestCase(1)]
    [TestCase(HostQuestions.PartBytes)]
    [TestCase(HostQuestions.PartBytes * HostQuestions.Credit)]
    [TestCase(HostQuestions.PartBytes * HostQuestions.Credit + 1)]
    [TestCase(HostQuestions.MaxAnswer)]
    public void AnAnswerOfAnyLengthComesWhole(int length) =>
        Tell(1, length, async (_, asker) => (await asker.AskAsync(PeerWorld.IdOf(1), s_drops)).ShouldBe(Answer(length)));

    [Test]
    public void AQuestionThatIsNotUnderstoodOrHasTooLongAnAnswerIsAnsweredWithNothingAtOnce(
        [Values(0, HostQuestions.MaxAnswer + 1)] int length
    ) =>
        Tell(
            1,
            length,
            async (world, asker) =>
            {
                var began = world.Thread.Time.GetTimestamp();
                (await asker.AskAsync(PeerWorld.IdOf(1), s_drops)).ShouldBeNull();
                world.Thread.Time.GetElapsedTime(began).ShouldBeLessThan(HostQuestions.Patience / 2);
            }
        );

    /// <summary>What is lost is asked for again, and what is forged is not believed.</summary>
    [Test]
    public void WhateverTheUnderlayDoesAnAnswerIsTheHostsOrNone([Range(1, 40)] int seed) =>
        Tell(
            seed,
            9_999,
            async (world, asker) =>
            {
                world.Underlay.Faults = PeerFaults.Many with { MaxDelay = TimeSpan.FromMilliseconds(30) };
                var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => asker.AskAsync(PeerWorld.IdOf(1), s_drops)));
                foreach (var answer in answers)
                    (answer ?? Answer(9_999)).ShouldBe(Answer(9_999), $"seed {seed}");
                world.Underlay.Faults = PeerFaults.None;
                (await asker.AskAsync(PeerWorld.IdOf(1), s_drops)).ShouldBe(Answer(9_999), $"seed {seed}: and then it is well again");
            }
        );

    [Test]
    public void AHostThatIsCutOffIsWaitedForNoLongerThanPatience() =>
        Tell(
            1,
            10,
            async (world, asker) =>
            {
                world.Underlay.Cut.Add(PeerWorld.AddressOf(1));
                var began = world.Thread.Time.GetTimestamp();
                (await asker.AskAsync(PeerWorld.IdOf(1), s_drops)).ShouldBeNull();
                world.Thread.Time.GetElapsedTime(began).ShouldBeLessThan(HostQuestions.Patience + 2 * HostQuestions.AskInterval);
            }
        );

    /// <summary>One that has no key is no host that could be asked.</summary>
    [Test]
    public void AHostThatNobodyKnowsIsNotWaitedFor() =>
        Tell(
            1,
            10,
            async (world, asker) =>
            {
                var began = world.Thread.Time.GetTimestamp();
                (await asker.AskAsync(PeerWorld.IdOf(7), s_drops)).ShouldBeNull();
                world.Thread.Time.GetElapsedTime(began).ShouldBe(TimeSpan.Zero);
            }
        );

    /// <summary>Twenty pages that look at the same cost the host as much as one.</summary>
    [Test]
    public void WhatManyAskAtOnceIsMadeOnce() =>
        Tell(
            1,
            30_000,
            async (_, asker) =>
            {
                (await asker.AskAsync(PeerWorld.IdOf(1), s_drops)).ShouldNotBeNull();
                var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => asker.AskAsync(PeerWorld.IdOf(1), s_drops)));
                others.ShouldAllBe(answer => answer!.Length == 30_000);
                _made.Count.ShouldBe(1);
                await asker.AskAsync(PeerWorld.IdOf(1), s_drops with { Text = "port shop/web1" });
                _made.Count.ShouldBe(2, "another question has another answer");
            }
        );

    /// <summary>What another host says of a question that it was not asked is not believed, and nothing that fits nowhere does harm.</summary>
    [Test]
    public void PartsThatFitNothingAreNotBelieved()
    {
        var random = new Random(3);
        var asked = new AskedQuestion(PeerWorld.IdOf(1), 5, s_drops, TimeSpan.Zero);
        QuestionMessage.Part[] parts =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(index => new QuestionMessage.Part(
                    5,
                    index * HostQuestions.PartBytes,
                    4500,
                    [.. Answer(4500).Skip(index * HostQuestions.PartBytes).Take(HostQuestions.PartBytes)]
                )),
        ];
        asked.Take(parts[0], TimeSpan.Zero);
        int[] odd = [int.MinValue, -1000, -1, 1, 999, 4000, 5000, int.MaxValue];
        for (var i = 0; i < 2_000; i++)
        {
            var length = random.Next(2) == 0 ? 4500 : odd[random.Next(odd.Length)];
            asked.Take(new QuestionMessage.Part(5, odd[random.Next(odd.Length)], length, [.. new byte[random.Next(1100)]]), TimeSpan.Zero);
        }
        asked.Done.Task.IsCompleted.ShouldBeFalse();
        foreach (var part in parts)
            asked.Take(part, TimeSpan.Zero);
        asked.Done.Task.Result.ShouldBe(Answer(4500));
    }

    [Test]
    public void WhatIsNoAnswerIsReadAsNone()
    {
        AnswerText.Unpack(AnswerText.Pack(new() { ["items"] = 1 }))!["items"]!.GetValue<int>().ShouldBe(1);
        AnswerText.Unpack([]).ShouldBeNull();
        AnswerText.Unpack(Answer(1000)).ShouldBeNull();
        using var packed = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            brotli.Write(new byte[HostQuestions.MaxText + 1]);
        packed.ToArray().Length.ShouldBeLessThan(HostQuestions.MaxAnswer, "a little that becomes very much");
        AnswerText.Unpack(packed.ToArray()).ShouldBeNull();
    }

    private void Tell(int seed, int length, Func<PeerWorld, QuestionActor, Task> story)
    {
        _made.Clear();
        var world = new PeerWorld(seed, hosts: 2);
        world.Run(async () =>
        {
            await using var asker = new QuestionActor(world.Thread.Runtime, world[0], _ => Task.FromResult<byte[]>([]));
            await using var answerer = new QuestionActor(world.Thread.Runtime, world[1], Make);
            await story(world, asker);
        });

        Task<byte[]> Make(HostQuestion question)
        {
            _made.Add(question);
            return Task.FromResult(Answer(length));
        }
    }

    private static byte[] Answer(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
