using System.Globalization;
using Npgsql;

namespace Fabric.Topology.Journal;

/// <summary>A journal's database on one or more PostgreSQL servers, of which one is the primary.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    private readonly NpgsqlDataSource _source;
    private volatile bool _wasOpen;

    internal PostgresDatabase(SqlJournalOptions options)
    {
        if (!PostgresAddress.TryParse(options.Database, out var address, out var mistake))
        {
            // Without the address itself: it may hold a password.
            throw new JournalException(JournalFailure.Away, $"the journal's address cannot be read: {mistake}");
        }
        Options = options;
        _wasOpen = !options.MayCreate;
        Name = address!.ToString();
        _source = new NpgsqlDataSourceBuilder(Complete(address.Connection, options).ConnectionString)
            .BuildMultiHost()
            .WithTargetSession(TargetSessionAttributes.Primary);
    }

    /// <summary>The channel on which commits are told.</summary>
    internal const string Channel = "fabric_journal";

    internal SqlJournalOptions Options { get; }

    internal override string Name { get; }

    /// <summary>The tables were there once, so they are not made anew: an empty journal would mean an empty network.</summary>
    internal bool WasOpen
    {
        get => _wasOpen;
        set => _wasOpen = value;
    }

    internal override SqlSession NewSession() => new PostgresSession(this);

    /// <summary>A connection that is not open yet.</summary>
    internal NpgsqlConnection NewConnection() => _source.CreateConnection();

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Complete(NpgsqlConnectionStringBuilder asked, SqlJournalOptions options)
    {
        var patience = (int)Math.Ceiling(options.AnswerPatience.TotalSeconds);
        var connection = new NpgsqlConnectionStringBuilder(asked.ConnectionString)
        {
            // Sessions keep their connections, and a fresh one is wanted after each failure.
            Pooling = false,
            // Which host is the primary is asked at each connect: after a failover it is another one.
            HostRecheckSeconds = 0,
            CommandTimeout = patience,
            TcpKeepAlive = true,
            Options = Settings(options),
        };
        if (asked.ApplicationName is null)
            connection.ApplicationName = "fabric";
        if (!asked.ContainsKey("Timeout"))
            connection.Timeout = Math.Min(5, patience);
        return connection;
    }

    // What an administrator or a role may have set otherwise, and what the journal's promises rest on:
    //   synchronous_commit   an answered commit is on the disk, and on the synchronous standby if there is one
    //   statement_timeout    would also end a commit that waits for the standby, and leave it stored on one machine only
    //   lock_timeout         whoever waits for the head gives up and says so
    //   idle_in_transaction_session_timeout   whoever holds the head and has frozen or vanished loses it
    private static string Settings(SqlJournalOptions options) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"-c default_transaction_read_only={(options.IsReadOnly ? "on" : "off")} -c synchronous_commit=on -c statement_timeout=0 -c lock_timeout={(int)options.LockPatience.TotalMilliseconds} "
                + $"-c idle_in_transaction_session_timeout={(int)(options.LockPatience.TotalMilliseconds / 2)}"
        );
}
