namespace Fabric.Topology.Journal;

/// <summary>A journal's SQLite file.</summary>
internal sealed class SqliteDatabase(SqlJournalOptions options) : SqlDatabase
{
    private readonly WakeSocket _wake = new(options.Database);
    private volatile bool _wasOpen = !options.MayCreate;

    internal override string Name => options.Database;

    internal WakeSocket Wake => _wake;

    internal SqlJournalOptions Options => options;

    /// <summary>The file was there once. A file that was there and is gone is not made anew: an empty journal would mean an empty network.</summary>
    internal bool WasOpen
    {
        get => _wasOpen;
        set => _wasOpen = value;
    }

    internal override SqlSession NewSession() => new SqliteSession(this);

    public override ValueTask DisposeAsync()
    {
        _wake.Dispose();
        return ValueTask.CompletedTask;
    }
}
