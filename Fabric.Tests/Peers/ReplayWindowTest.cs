using Fabric.Topology.Peers;

namespace Fabric.Tests.Peers;

[TestFixture]
public sealed class ReplayWindowTest
{
    [Test]
    public void It_says_what_a_set_of_all_counters_would_and_never_takes_one_twice([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var window = new ReplayWindow();
        var seen = new HashSet<ulong>();
        ulong highest = 0;
        for (var i = 0; i < 3000; i++)
        {
            var counter = Next(random, highest);
            var because = $"seed {seed}, step {i}, counter {counter}, highest {highest}";
            var judged = window.Judge(counter);
            if (counter + ReplayWindow.Size >= highest)
                judged.ShouldBe(seen.Contains(counter) ? PeerDrop.Replayed : PeerDrop.None, because);
            else
                judged.ShouldBeOneOf(seen.Contains(counter) ? [PeerDrop.Replayed, PeerDrop.TooOld] : [PeerDrop.None, PeerDrop.TooOld]);
            if (judged != PeerDrop.None)
                continue;
            seen.Add(counter).ShouldBeTrue(because);
            window.Take(counter);
            highest = Math.Max(highest, counter);
        }
    }

    [Test]
    public void One_that_is_far_too_late_is_too_old()
    {
        var window = new ReplayWindow();
        window.Take(100_000);
        window.Judge(100_000 - ReplayWindow.Size).ShouldBe(PeerDrop.None);
        window.Judge(100_000 - ReplayWindow.Size - 64).ShouldBe(PeerDrop.TooOld);
        window.Judge(0).ShouldBe(PeerDrop.Malformed);
    }

    [Test]
    public void It_remembers_at_least_2048() => ReplayWindow.Size.ShouldBeGreaterThanOrEqualTo(2048);

    private static ulong Next(Random random, ulong highest) =>
        random.Next(10) switch
        {
            0 => highest + (ulong)random.Next(1, 10_000),
            1 or 2 or 3 => highest + 1,
            4 => (ulong)Math.Max(1, (long)highest - random.Next(3900, 4200)),
            _ => (ulong)Math.Max(1, (long)highest - random.Next(200)),
        };
}
