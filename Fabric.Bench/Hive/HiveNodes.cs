using Fabric.Topology.Hive;

namespace Fabric.Bench.Hive;

/// <summary>Several nodes on one database.</summary>
/// <param name="all">The nodes.</param>
internal sealed class HiveNodes(IReadOnlyList<IHive> all) : IAsyncDisposable
{
    // So many connect at once.
    private const int AtOnce = 16;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<IHive> All => all;

    /// <summary>Opens so many; if one cannot be opened, none is left.</summary>
    public static async Task<HiveNodes> OpenAsync(
        string database,
        int count,
        CancellationToken stop,
        string kind = HiveFactories.Default,
        string configuration = ""
    )
    {
        var nodes = new List<IHive>();
        try
        {
            // The first makes the tables.
            nodes.Add(await OpenAsync(kind, database, configuration, 1, stop));
            while (nodes.Count < count)
                nodes.AddRange(
                    await Task.WhenAll(
                        Enumerable
                            .Range(0, Math.Min(AtOnce, count - nodes.Count))
                            .Select(i => OpenAsync(kind, database, configuration, nodes.Count + i + 1, stop))
                    )
                );
            return new HiveNodes(nodes);
        }
        catch
        {
            await new HiveNodes(nodes).DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when all have reached a position.</summary>
    /// <exception cref="TimeoutException">They have not in time.</exception>
    public async Task ReachedAsync(long position, TimeSpan patience, CancellationToken stop) =>
        await Task.WhenAll(all.Select(hive => ReachedAsync(hive, position, stop))).WaitAsync(patience, stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in all.Chunk(AtOnce))
            await Task.WhenAll(part.Select(hive => hive.DisposeAsync().AsTask()));
    }

    private static async Task ReachedAsync(IHive hive, long position, CancellationToken stop)
    {
        await foreach (var item in hive.FeedAsync(position - 1, cancellation: stop))
        {
            if (item.Head.Position >= position)
                return;
        }
    }

    private static Task<IHive> OpenAsync(string kind, string database, string configuration, int number, CancellationToken stop)
    {
        if (!HiveFactories.TryFind(kind, out var factory))
            throw new IOException($"there is no hive '{kind}'");
        var options = new HiveOptions { Configuration = configuration };
        return factory.OpenAsync(database, options with { Self = options.Self with { Name = $"node{number}" } }, stop);
    }
}
