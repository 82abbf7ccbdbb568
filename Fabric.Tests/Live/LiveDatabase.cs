using Fabric.Tests.Journal;

namespace Fabric.Tests.Live;

/// <summary>A database for a journal, that can be stopped and started again.</summary>
internal abstract class LiveDatabase : IDisposable
{
    /// <summary>Where it is, in the words of --journal.</summary>
    public abstract string Place { get; }

    /// <summary>One of a kind; a test that cannot have it is skipped.</summary>
    public static LiveDatabase Start(string kind) => kind == "sqlite" ? new OfSqlite() : new OfPostgres();

    /// <summary>Ends it like a power cut.</summary>
    public abstract void Stop();

    /// <summary>Starts it on what it held; it can be used when this returns.</summary>
    public abstract void StartAgain();

    public abstract void Dispose();

    /// <summary>A file; stopped, its folder is not there.</summary>
    private sealed class OfSqlite : LiveDatabase
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-file-");

        public override string Place => Path.Combine(Here, "journal.db");

        private string Here => Path.Combine(_folder.FullName, "here");

        private string Away => Path.Combine(_folder.FullName, "away");

        public override void Stop() => Directory.Move(Here, Away);

        public override void StartAgain()
        {
            // An agent makes the folder that it is told of.
            if (Directory.Exists(Here))
                Directory.Delete(Here, recursive: true);
            Directory.Move(Away, Here);
        }

        public override void Dispose() => _folder.Delete(recursive: true);
    }

    /// <summary>A server of its own.</summary>
    private sealed class OfPostgres : LiveDatabase
    {
        private PostgresServer _server;

        public OfPostgres()
        {
            PostgresServer.SkipWithoutTools();
            _server = PostgresServer.Start();
            Place = _server.NewDatabase();
        }

        public override string Place { get; }

        public override void Stop() => _server.Kill();

        public override void StartAgain() => _server = _server.StartAgain();

        public override void Dispose() => _server.Dispose();
    }
}
