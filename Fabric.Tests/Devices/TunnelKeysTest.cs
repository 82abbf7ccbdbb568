using Fabric.Devices;

namespace Fabric.Tests.Devices;

public class TunnelKeysTest
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Keys_are_given_in_a_circle_and_a_freed_one_comes_last()
    {
        var keys = Few();
        for (var id = 1ul; id <= 4; id++)
            keys = Give(keys, id, KeyHorizon.At(long.MaxValue, Noon));
        keys.Of(new PortId(1)).ShouldBe(TunnelKeys.Lowest);
        keys = keys.Without(new PortId(1), position: 5);
        for (var id = 5ul; id <= 8; id++)
            keys = Give(keys, id, KeyHorizon.At(long.MaxValue, Noon));
        keys.ByDevice.Values.ShouldNotContain(TunnelKeys.Lowest);
        keys.TryFindFree(KeyHorizon.At(5, Noon.AddHours(24)), out var last).ShouldBeTrue();
        last.ShouldBe(TunnelKeys.Lowest);
    }

    [TestCase(4, 25, false, Description = "a member has not passed the deletion")]
    [TestCase(5, 23, false, Description = "a day has not gone")]
    [TestCase(5, 24, true)]
    public void A_freed_key_is_given_again_when_all_members_have_passed_and_a_day_has_gone(long position, int hours, bool isGiven)
    {
        var keys = Few();
        for (var id = 1ul; id <= 8; id++)
            keys = Give(keys, id, default);
        keys = (keys with { Now = Noon }).Without(new PortId(3), position: 5);
        keys.TryFindFree(KeyHorizon.At(position, Noon.AddHours(hours)), out _).ShouldBe(isGiven);
    }

    [Test]
    public void Of_random_ports_that_come_and_go_no_two_ever_have_a_key_within_a_day([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var keys = Few();
        var freed = new Dictionary<uint, DateTimeOffset>();
        var living = new List<PortId>();
        for (var position = 1L; position <= 400; position++)
        {
            var now = Noon.AddHours(position);
            keys = keys with { Now = now };
            if (living.Count > 0 && random.Next(2) == 0)
            {
                var gone = living[random.Next(living.Count)];
                living.Remove(gone);
                freed[keys.Of(gone)] = now;
                keys = keys.Without(gone, position);
            }
            else if (keys.TryFindFree(KeyHorizon.At(position - 3, now), out var key))
            {
                keys.ByDevice.Values.ShouldNotContain(key, $"seed {seed}");
                if (freed.TryGetValue(key, out var since))
                    (now - since).ShouldBeGreaterThanOrEqualTo(KeyHorizon.Rest, $"seed {seed}, key {key}");
                living.Add(new PortId((ulong)position));
                keys = keys.With(living[^1], key);
            }
            var scratch = keys.Indexed();
            keys.Owners.ShouldBe(scratch.Owners, ignoreOrder: true, $"seed {seed}, step {position}");
            keys.RestingCount.ShouldBe(scratch.RestingCount);
        }
        freed.Count.ShouldBeGreaterThan(4, "keys were used up and came round");
    }

    /// <summary>Eight keys, so that they are soon used up.</summary>
    private static TunnelKeys Few() => new() { Highest = TunnelKeys.Lowest + 7 };

    private static TunnelKeys Give(TunnelKeys keys, ulong port, KeyHorizon horizon)
    {
        keys.TryFindFree(horizon, out var key).ShouldBeTrue();
        return keys.With(new PortId(port), key);
    }
}
