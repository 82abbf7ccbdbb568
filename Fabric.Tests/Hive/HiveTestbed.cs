using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>A journal of some kind, and hives on it as nodes would open it.</summary>
internal abstract class HiveTestbed : IAsyncDisposable
{
    private readonly List<IHive> _hives = [];

    /// <summary>The alarms that any of the hives raised.</summary>
    public List<HiveAlarm> Alarms { get; } = [];

    /// <summary>Opens another hive on the same journal.</summary>
    public async Task<IHive> OpenAsync(HiveOptions? options = null)
    {
        var hive = await BeginAsync((options ?? new HiveOptions()) with { OnAlarm = Keep });
        _hives.Add(hive);
        return hive;
    }

    /// <summary>Keeps a copy of the journal as it is.</summary>
    public abstract Task BackupAsync();

    /// <summary>Puts the copy in place of the journal while hives have it open.</summary>
    public abstract Task RestoreAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var hive in _hives)
            await hive.DisposeAsync();
    }

    protected abstract Task<IHive> BeginAsync(HiveOptions options);

    private void Keep(HiveAlarm alarm)
    {
        lock (Alarms)
            Alarms.Add(alarm);
    }
}
