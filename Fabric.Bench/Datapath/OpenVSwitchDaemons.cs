using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>ovsdb-server and ovs-vswitchd of one system compared, in a namespace; the service of the machine, if there is one, is not touched.</summary>
/// <param name="at">The name of the namespace.</param>
/// <param name="folder">For their sockets, database and logs; made here.</param>
internal sealed class OpenVSwitchDaemons(string at, string folder) : IDisposable
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private HostProcess? _database;
    private HostProcess? _switch;

    /// <summary>The process that forwards, or decides.</summary>
    public int SwitchId => _switch?.Id ?? throw new InvalidOperationException("ovs-vswitchd does not run");

    private string Socket => $"unix:{folder}/db.sock";

    /// <summary>Starts the database, empty.</summary>
    public async Task StartDatabaseAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        Run("ovsdb-tool", "create", $"{folder}/conf.db", Schema);
        _database = Start("ovsdb-server", $"{folder}/conf.db", $"--remote=p{Socket}", $"--unixctl={folder}/db.ctl");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        while (!File.Exists($"{folder}/db.sock"))
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        Configure("--no-wait", "init");
    }

    /// <summary>Starts ovs-vswitchd; what must be known at its start is in the database.</summary>
    public void StartSwitch() =>
        _switch = Start("ovs-vswitchd", Socket, $"--unixctl={folder}/vswitchd.ctl", $"--log-file={folder}/vswitchd.log");

    /// <summary>Tells the database what is wanted, and without --no-wait waits until ovs-vswitchd has done it.</summary>
    public void Configure(params string[] arguments) =>
        Run("ovs-vsctl", [$"--db={Socket}", $"--timeout={s_patience.TotalSeconds:0}", .. arguments]);

    /// <summary>Tells ovs-vswitchd itself something.</summary>
    public void Tell(params string[] arguments) => Run("ovs-appctl", ["-t", $"{folder}/vswitchd.ctl", .. arguments]);

    /// <summary>Runs one of the tools to its end.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var result = process.WaitForExit(s_patience + s_patience);
        if (result.ExitCode != 0)
            throw new IOException($"{program} {string.Join(' ', arguments)} ended with code {result.ExitCode}: {result.Error.Trim()}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _switch?.Dispose();
        _database?.Dispose();
    }

    // By env, which becomes the program and keeps its process id; else the daemons would put sockets where the machine's service has its own.
    private HostProcess Start(string program, params string[] arguments) =>
        HostProcess.Start(
            at,
            "env",
            [$"OVS_RUNDIR={folder}", $"OVS_LOGDIR={folder}", $"OVS_DBDIR={folder}", $"OVS_SYSCONFDIR={folder}", program, .. arguments]
        );
}
