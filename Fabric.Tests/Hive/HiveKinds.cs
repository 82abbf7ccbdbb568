using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>The kinds of hive that are built; tests of what all must do take one as their parameter.</summary>
internal static class HiveKinds
{
    /// <summary>Their names; what takes long with one of them is run when it is asked for.</summary>
    public static IEnumerable<TestFixtureData> All
    {
        get
        {
            yield return new TestFixtureData(HiveFactories.Default);
            if (HiveFactories.TryFind("akka", out _))
            {
                var akka = new TestFixtureData("akka");
                akka.Properties.Add("Category", "Akka");
                yield return akka;
            }
        }
    }

    public static IHiveFactory Of(string kind) =>
        HiveFactories.TryFind(kind, out var factory) ? factory : throw new ArgumentException($"there is no hive '{kind}'", nameof(kind));

    /// <summary>Opens a hive as a node would.</summary>
    public static Task<IHive> OpenAsync(string kind, string place, CancellationToken cancellation = default) =>
        Of(kind).OpenAsync(place, new HiveOptions(), cancellation);

    /// <summary>Opens a hive with options.</summary>
    public static Task<IHive> OpenAsync(string kind, string place, HiveOptions options) => Of(kind).OpenAsync(place, options);
}
