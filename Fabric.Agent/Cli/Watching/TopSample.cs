using System.Collections.Immutable;

namespace Fabric.Agent.Cli.Watching;

/// <summary>Counters at one moment.</summary>
/// <param name="Time">The moment, by the clock of <see cref="TopPath"/>.</param>
/// <param name="Rows">What was counted, by its name: values for the columns of the view.</param>
internal sealed record TopSample(long Time, ImmutableDictionary<string, ImmutableArray<long>> Rows)
{
    /// <summary>Nothing was counted.</summary>
    public static TopSample Empty { get; } = new(0, ImmutableDictionary<string, ImmutableArray<long>>.Empty);
}
