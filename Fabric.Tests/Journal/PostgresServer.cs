using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Fabric.Tests.Journal;

/// <summary>A PostgreSQL server of the tests' own: a cluster in a folder of its own, on a drawn port of the loopback.</summary>
/// <remarks>
/// The server is a child of a shell that waits for the end of its input, which comes with the end of this process, however it ends; the shell
/// then ends the server and deletes the folder.
/// </remarks>
internal sealed partial class PostgresServer : IDisposable
{
    /// <summary>The role that owns everything and needs no password.</summary>
    public const string User = "fabric";

    /// <summary>A role that is let in with its password only, and the database that goes by its name.</summary>
    public const string Walled = "walled";

    private const string Account = "postgres";

    // Ends with the input.
    private const string Watch = """
        "$0" "$@" & server=$!
        cat >&2
        kill -QUIT $server 2>/dev/null
        wait $server
        cd / && rm -rf "$FOLDER"
        """;

    private static int s_databases;

    private readonly Process _shell;
    private PostgresServer? _before;
    private readonly int _serverId;

    private PostgresServer(string folder, int port, string[] settings)
    {
        (Folder, Port) = (folder, port);
        var options = settings.SelectMany(setting => new[] { "-c", setting });
        var start = new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", Watch },
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment = { ["FOLDER"] = folder },
        };
        foreach (var word in AsAccount([Tool("postgres"), "-D", folder, "-p", $"{port}", .. options]))
            start.ArgumentList.Add(word);
        _shell = Process.Start(start)!;
        _serverId = WaitUntilReady();
    }

    /// <summary>The cluster's folder.</summary>
    public string Folder { get; }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Starts a server on a cluster of its own.</summary>
    public static PostgresServer Start(params string[] settings)
    {
        var folder = NewFolder();
        Run(AsAccount([Tool("initdb"), "-D", folder, "-U", User, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]));
        File.WriteAllLines(
            Path.Combine(folder, "pg_hba.conf"),
            [$"host all {Walled} 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
        );
        return Begin(folder, settings);
    }

    /// <summary>Starts a server that follows this one, until it is promoted.</summary>
    public PostgresServer StartStandby(string name, params string[] settings)
    {
        var folder = NewFolder();
        var source = $"host=127.0.0.1 port={Port} user={User} application_name={name}";
        Run(AsAccount([Tool("pg_basebackup"), "-D", folder, "-d", source, "-X", "stream", "-R", "--checkpoint=fast", "--no-sync"]));
        return Begin(folder, settings);
    }

    /// <summary>The address of a new, empty database.</summary>
    public string NewDatabase()
    {
        var name = $"journal{Interlocked.Increment(ref s_databases)}";
        Execute($"CREATE DATABASE {name}");
        return Address(name);
    }

    /// <summary>The address of a database; by way of another port, if one is given.</summary>
    public string Address(string database, int? port = null) => $"postgresql://{User}@127.0.0.1:{port ?? Port}/{database}";

    /// <summary>Runs a statement in a database.</summary>
    public void Execute(string sql, string database = "postgres") => Ask(sql, database);

    /// <summary>Runs a statement in a database and tells the first value of the answer.</summary>
    public object? Ask(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username={User};Database={database};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Makes the standby a primary.</summary>
    public void Promote() => Run(AsAccount([Tool("pg_ctl"), "promote", "-D", Folder, "-w"]));

    /// <summary>Ends the server like a power cut: kill -9 of all its processes.</summary>
    public void Kill()
    {
        // The first is stopped before, and ends as the last. Its end would be noticed by the others: they would no longer wait for the
        // standby, and for a moment show what is stored on this machine only (docs/decisions/0019-unknown-outcomes.md).
        Run(["kill", "-STOP", $"{_serverId}"]);
        var children = File.ReadAllText($"/proc/{_serverId}/task/{_serverId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var id in children.Append($"{_serverId}"))
            Run(["kill", "-KILL", id]);
    }

    /// <summary>Starts the server that was killed, with its files and at its port; this one is to be forgotten then.</summary>
    public PostgresServer StartAgain() => new(Folder, Port, ["listen_addresses=127.0.0.1", "unix_socket_directories="]) { _before = this };

    public void Dispose()
    {
        _shell.StandardInput.Close();
        if (!_shell.WaitForExit(TimeSpan.FromSeconds(20)))
            Kill();
        _shell.Dispose();
        _before?.Dispose();
    }

    // Two tests may draw one port at once, and other programs take ports too: the server tells, and another is drawn.
    private static PostgresServer Begin(string folder, string[] settings)
    {
        const int draws = 3;
        for (var draw = 1; ; draw++)
        {
            try
            {
                return new PostgresServer(folder, FreePort(), [.. settings, "listen_addresses=127.0.0.1", "unix_socket_directories="]);
            }
            catch (InvalidOperationException) when (draw < draws) { }
        }
    }

    private int WaitUntilReady()
    {
        var said = new List<string>();
        while (_shell.StandardError.ReadLine() is { } line)
        {
            said.Add(line);
            // Whoever asks too early is refused with the same word.
            if (line.Contains("FATAL:", StringComparison.Ordinal) && !line.Contains("the database system is", StringComparison.Ordinal))
                break;
            if (line.Contains("ready to accept", StringComparison.Ordinal))
            {
                // From here on nobody reads what it says, so it must not have to wait for a reader.
                _ = _shell.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return int.Parse(File.ReadLines(Path.Combine(Folder, "postmaster.pid")).First());
            }
        }
        // The folder stays, for the next draw.
        _shell.Kill();
        _shell.WaitForExit();
        throw new InvalidOperationException($"PostgreSQL does not start: {string.Join(" | ", said)}");
    }

    /// <summary>Why no server can be had here; null if one can.</summary>
    public static string? Refusal()
    {
        if (!Environment.IsPrivilegedProcess)
            return "not root: the tests of the journal on PostgreSQL start a server as the user postgres";
        if (FindTools() is null)
            TryInstall();
        return FindTools() is null ? "no PostgreSQL here: apt-get install postgresql-15" : null;
    }

    private static void TryInstall()
    {
        try
        {
            using var apt = Process.Start(
                new ProcessStartInfo("apt-get", ["install", "-y", "--no-install-recommends", "postgresql-15"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
                }
            )!;
            var said = apt.StandardError.ReadToEndAsync();
            apt.StandardOutput.ReadToEnd();
            apt.WaitForExit();
            said.Wait();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No apt: not a Debian.
        }
    }

    private static string? FindTools() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
                .OrderDescending(StringComparer.Ordinal)
                .FirstOrDefault()
            : null;

    private static string Tool(string name) => Path.Combine(FindTools()!, name);

    private static string[] AsAccount(IEnumerable<string> words) =>
        ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--clear-groups", .. words];

    // Not below the folder of this user's temporary files, which the server's user may not enter.
    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-postgres-").FullName;
        Run(["chown", Account, folder]);
        return folder;
    }

    private static void Run(string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', words)}: {process.ExitCode}: {said} {output.Result}");
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
