namespace Fabric.Tests.Journal;

internal sealed partial class PostgresServer
{
    private static readonly Lock s_gate = new();
    private static PostgresServer? s_shared;
    private static string? s_refusal;

    /// <summary>The one server of this run, which is started by whoever asks first; a test that cannot have it is skipped.</summary>
    public static PostgresServer Shared
    {
        get
        {
            lock (s_gate)
            {
                SkipWithoutTools();
                // Nothing here outlives a power cut, so nothing waits for the disk.
                return s_shared ??= Start("fsync=off", "full_page_writes=off", "max_connections=300");
            }
        }
    }

    /// <summary>Skips the test where no server can be had, and says why.</summary>
    public static void SkipWithoutTools()
    {
        lock (s_gate)
            s_refusal ??= Refusal() ?? "";
        if (s_refusal.Length > 0)
            Assert.Ignore(s_refusal);
    }

    /// <summary>Ends the server of this run, if there is one.</summary>
    public static void EndShared()
    {
        lock (s_gate)
        {
            s_shared?.Dispose();
            s_shared = null;
        }
    }
}
