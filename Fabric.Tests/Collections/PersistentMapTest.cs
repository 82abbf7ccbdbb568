using System.Collections.Immutable;
using System.Reflection;
using Fabric.Collections;

namespace Fabric.Tests.Collections;

/// <summary>The map does what ImmutableDictionary does, whatever the hashes.</summary>
public class PersistentMapTest
{
    private const int Steps = 20_000;

    [Test]
    public void RandomChangesGiveWhatTheyGiveInAnImmutableDictionary([Values(1, 2, 3)] int seed, [Values] Hashing hashing)
    {
        var random = new Random(seed);
        var (map, model) = (PersistentMap<Key, int>.Empty, ImmutableDictionary<Key, int>.Empty);
        for (var step = 0; step < Steps; step++)
        {
            // It grows at first, then shrinks to next to nothing.
            var key = new Key(random.Next(hashing == Hashing.AllEqual ? 200 : 4_000), hashing);
            var grows = random.Next(10) < (step < Steps / 2 ? 8 : 2);
            (map, model) = grows ? (map.SetItem(key, step / 7), model.SetItem(key, step / 7)) : (map.Remove(key), model.Remove(key));
            map.ContainsKey(key).ShouldBe(grows, $"seed {seed}, step {step}");
            map.Count.ShouldBe(model.Count, $"seed {seed}, step {step}");
            if (step % 1_000 == 0 || step % 50 == 0 && map.Count < 40)
                ShouldBeSame(map, model, $"seed {seed}, step {step}");
        }
        foreach (var key in model.Keys)
            map = map.Remove(key);
        map.ShouldBeSameAs(PersistentMap<Key, int>.Empty);
    }

    [Test]
    public void AMapMadeAtOnceHasAllAndCanBeChanged([Values(0, 1, 16, 17, 600, 20_000)] int count, [Values] Hashing hashing)
    {
        if (hashing == Hashing.AllEqual)
            count = Math.Min(count, 600);
        var model = Enumerable.Range(0, count).ToImmutableDictionary(i => new Key(i, hashing), i => i);
        var map = model.ToPersistentMap();
        ShouldBeSame(map, model, $"{count}");
        for (var i = 0; i < count; i += 3)
            (map, model) = (map.Remove(new Key(i, hashing)), model.Remove(new Key(i, hashing)));
        for (var i = count; i < count + 50; i++)
            (map, model) = (map.Add(new Key(i, hashing), i), model.Add(new Key(i, hashing), i));
        ShouldBeSame(map, model, $"{count}, changed");
    }

    [Test]
    public void WhatChangesNothingGivesTheSameMap()
    {
        var map = Enumerable.Range(0, 100).ToPersistentMap(i => i, i => $"{i}");
        map.SetItem(7, "7").ShouldBeSameAs(map);
        map.Remove(100).ShouldBeSameAs(map);
        map.RemoveRange([]).ShouldBeSameAs(map);
    }

    [Test]
    public void AKeyIsAddedOnce()
    {
        var map = PersistentMap<string, int>.Empty.Add("a", 1);
        Should.Throw<ArgumentException>(() => map.Add("a", 1));
        Should.Throw<KeyNotFoundException>(() => map["b"]);
        map.GetValueOrDefault("b", 7).ShouldBe(7);
        map.GetValueOrDefault("a", 7).ShouldBe(1);
    }

    [Test]
    public void ADifferenceIsFoundAsInDictionaries([Range(1, 20)] int seed, [Values] Hashing hashing)
    {
        var random = new Random(seed);
        var size = random.Next(hashing == Hashing.AllEqual ? 100 : 3_000);
        var before = Enumerable.Range(0, size).ToPersistentMap(i => new Key(i, hashing), i => i);
        var after = before;
        for (var change = random.Next(60); change > 0; change--)
        {
            var key = new Key(random.Next(size + 20), hashing);
            after = random.Next(3) == 0 ? after.Remove(key) : after.SetItem(key, random.Next(size));
        }
        var (left, right) = (before.ToDictionary(), after.ToDictionary());
        var expected = left
            .Keys.Union(right.Keys)
            .Where(key => !left.TryGetValue(key, out var one) || !right.TryGetValue(key, out var other) || one != other);
        before.KeysUnlike(after).ShouldBe(expected, ignoreOrder: true, $"seed {seed}");
        // And between maps that share nothing.
        before.KeysUnlike(right.ToPersistentMap()).ShouldBe(expected, ignoreOrder: true, $"seed {seed}");
    }

    [Test]
    public void ADifferenceCostsTheChange()
    {
        var before = Enumerable.Range(0, 100_000).ToPersistentMap(i => i, i => i);
        var after = before.SetItem(5, 6).Remove(77).Add(100_000, 1);
        before.KeysUnlike(after).ShouldBe([5, 77, 100_000], ignoreOrder: true);
        var counted = GC.GetAllocatedBytesForCurrentThread();
        before.KeysUnlike(after).Count().ShouldBe(3);
        (GC.GetAllocatedBytesForCurrentThread() - counted).ShouldBeLessThan(64_000);
    }

    [Test]
    public void AnEntryTakesLittleMoreThanItsKeyAndValue([Values(100, 1_000, 3_000, 10_000, 30_000, 100_000)] int count)
    {
        var entries = Enumerable.Range(0, count).Select(i => KeyValuePair.Create(i, i)).ToArray();
        var grown = entries.Aggregate(PersistentMap<int, int>.Empty, (map, entry) => map.SetItem(entry.Key, entry.Value));
        foreach (var map in new[] { entries.ToPersistentMap(), grown })
            ((double)BytesOf(RootOf(map)) / count).ShouldBeLessThan(2 * sizeof(int) + 9);
    }

    private static object RootOf(PersistentMap<int, int> map) =>
        typeof(PersistentMap<int, int>).GetField("_root", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(map)!;

    /// <summary>Of the arrays that a node consists of: a header of 24 bytes and what is in each.</summary>
    private static int BytesOf(object node) =>
        node is object[] places
            ? 24 + 8 * places.Length + places.Distinct(ReferenceEqualityComparer.Instance).Sum(place => BytesOf(place!))
            : 24 + 8 * ((KeyValuePair<int, int>[])node).Length;

    private static void ShouldBeSame(PersistentMap<Key, int> map, ImmutableDictionary<Key, int> model, string because)
    {
        map.Count.ShouldBe(model.Count, because);
        map.Count().ShouldBe(model.Count, because);
        foreach (var (key, value) in map)
            model[key].ShouldBe(value, because);
        foreach (var (key, value) in model)
            map[key].ShouldBe(value, because);
    }

    public enum Hashing
    {
        Sequential,
        Few,
        OnlyHighest,
        AllEqual,
    }

    public readonly record struct Key(int Value, Hashing Hashing)
    {
        public override int GetHashCode() =>
            Hashing switch
            {
                Hashing.Sequential => Value,
                Hashing.Few => Value % 100,
                Hashing.OnlyHighest => Value << 20,
                Hashing.AllEqual => 7,
            };
    }
}
