using System.Collections.Immutable;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Hive;

/// <summary>Hives on a journal in memory.</summary>
internal sealed class MemoryTestbed : HiveTestbed
{
    private ImmutableArray<StoredEntry> _backup = [];

    public MemoryDisk Disk { get; } = new();

    public override Task BackupAsync()
    {
        _backup = Disk.Entries;
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        Disk.Replace(_backup);
        return Task.CompletedTask;
    }

    protected override Task<IHive> BeginAsync(HiveOptions options) => SqlHive.OpenAsync(new MemoryJournal(Disk, options.Runtime), options);
}
