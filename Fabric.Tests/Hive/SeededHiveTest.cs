using Fabric.Changes;
using Fabric.Tests.Actors;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>Hives, writers and a journal that fails at random, on one thread, by one seed.</summary>
[TestFixture]
public sealed class SeededHiveTest
{
    private const int Seeds = 150;

    [Test]
    public void WhateverTheJournalDoesAcknowledgedChangesStayAndNothingIsStoredTwice()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception failure)
            {
                throw new AssertionException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }

    [Test]
    public void OneSeedIsOneStory() => Run(7).ShouldBe(Run(7));

    [Test]
    public void AnotherSeedIsAnotherStory() => Run(7).ShouldNotBe(Run(8));

    private static string Run(int seed)
    {
        var world = new SeededWorld(seed);
        world.Thread.Run(world.TellAsync);
        return world.Story;
    }

    private sealed class SeededWorld(int seed)
    {
        private const int Writers = 6;
        private const int Each = 8;

        private readonly Random _random = new(seed);
        private readonly MemoryDisk _disk = new();
        private readonly List<(RequestId Request, SubmitResult.Accepted Answer)> _accepted = [];
        private readonly List<IHive> _hives = [];
        private bool _isOver;

        public OneThreadScheduler Thread { get; } = new(seed);

        /// <summary>Who was stored in which order.</summary>
        public string Story => string.Join(' ', _disk.Entries.Select(entry => entry.Author));

        public async Task TellAsync()
        {
            for (var i = 0; i < 3; i++)
                _hives.Add(await OpenAsync());
            var trouble = TroubleAsync();
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
            _isOver = true;
            await trouble;
            await CheckAsync();
            foreach (var hive in _hives)
                await hive.DisposeAsync();
        }

        private Task<IHive> OpenAsync() =>
            SqlHive.OpenAsync(
                new MemoryJournal(_disk, Thread.Runtime),
                new HiveOptions
                {
                    Runtime = Thread.Runtime,
                    FeedWindow = 4,
                    SnapshotEvery = 5,
                }
            );

        private async Task WriteAsync(int writer)
        {
            for (var i = 0; i < Each; i++)
            {
                var envelope = Wishes.From($"w{writer}.{i}", Wishes.Bridge((ulong)_random.Next(1, 9), isUp: _random.Next(2) == 0));
                // Nobody gives up: the same request again, at any node, until there is an answer.
                SubmitResult result;
                while ((result = await _hives[_random.Next(_hives.Count)].SubmitAsync(envelope)) is SubmitResult.Unavailable)
                    await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 100)), Thread.Time);
                if (result is SubmitResult.Accepted { Versions.IsEmpty: false } accepted)
                    _accepted.Add((envelope.Request, accepted));
            }
        }

        private async Task TroubleAsync()
        {
            while (!_isOver)
            {
                _disk.CommitTime = TimeSpan.FromMilliseconds(_random.Next(3) * 20);
                _disk.IsAway = _random.Next(5) == 0;
                _disk.Plan((CommitFault)_random.Next(6));
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 200)), Thread.Time);
            }
            _disk.IsAway = false;
        }

        private async Task CheckAsync()
        {
            var stored = _disk.Entries;
            stored.Select(entry => entry.Position).ShouldBe(Enumerable.Range(1, stored.Length).Select(i => (long)i));
            stored.Select(entry => entry.Request).ShouldBeUnique();
            for (var i = 1; i < stored.Length; i++)
                stored[i].Follows(stored[i - 1].Head).ShouldBeTrue();
            foreach (var (request, answer) in _accepted)
                stored[(int)answer.Position - 1].Request.ShouldBe(request);

            var reopened = await OpenAsync();
            reopened.Replica.Topology.Position.ShouldBe(stored.Length);
            foreach (var hive in _hives)
            {
                await foreach (var item in hive.FeedAsync(stored.Length - 1))
                {
                    item.Head.ShouldBe(stored[^1].Head);
                    break;
                }
                hive.Replica.Topology.ShouldEqual(reopened.Replica.Topology);
                hive.Health.Alarms.ShouldBe(0);
            }
            await reopened.DisposeAsync();
        }
    }
}
