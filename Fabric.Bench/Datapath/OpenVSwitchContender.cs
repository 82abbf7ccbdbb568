using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>Open vSwitch with its datapath in user space (datapath_type=netdev), a daemon and database of its own.</summary>
/// <remarks>
/// Two forms. Without segmentation offload its ports take no frame longer than the MTU and no unfinished checksum, so those offloads of
/// the guests are off: with them on, TCP stalls. With userspace-tso-enable the guests stay as they are. The service of the machine, if
/// there is one, is not touched.
/// </remarks>
internal sealed class OpenVSwitchContender(RunFolder folder, bool isSegmenting)
    : Contender(isSegmenting ? "OVS netdev, userspace TSO" : "OVS netdev, offloads off", folder)
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";
    private const string Bridge = "br0";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = folder.File(isSegmenting ? "ovs-tso" : "ovs-plain");
    private HostProcess? _database;
    private HostProcess? _daemon;

    private string Socket => $"unix:{_folder}/db.sock";

    /// <inheritdoc/>
    protected override async Task ForwardAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(_folder);
        Run("ovsdb-tool", "create", $"{_folder}/conf.db", Schema);
        _database = Start("ovsdb-server", $"{_folder}/conf.db", $"--remote=p{Socket}", $"--unixctl={_folder}/db.ctl");
        await AwaitAsync($"{_folder}/db.sock", stop);
        Configure("--no-wait", "init");
        if (isSegmenting)
            Configure("--no-wait", "set", "Open_vSwitch", ".", "other_config:userspace-tso-enable=true");
        else
            TurnOffloadsOff();
        _daemon = Start("ovs-vswitchd", Socket, $"--unixctl={_folder}/vswitchd.ctl", $"--log-file={_folder}/vswitchd.log");
        string[] bridge = ["add-br", Bridge, "--", "set", "bridge", Bridge, "datapath_type=netdev"];
        string[] ports = ["--", "add-port", Bridge, Site.LeftPort, "--", "add-port", Bridge, Site.RightPort];
        Configure([.. bridge, .. ports]);
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync()
    {
        _daemon?.Dispose();
        _database?.Dispose();
        return default;
    }

    private void TurnOffloadsOff()
    {
        foreach (var guest in new[] { Site.Left, Site.Right })
        {
            guest.Run(() =>
            {
                ChecksumOffload.AllOff(Site.GuestPort);
                return 0;
            });
        }
    }

    /// <summary>Tells the database what is wanted, and without --no-wait waits until the daemon has done it.</summary>
    private void Configure(params string[] arguments) =>
        Run("ovs-vsctl", [$"--db={Socket}", $"--timeout={s_patience.TotalSeconds:0}", .. arguments]);

    private void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var result = process.WaitForExit(s_patience + s_patience);
        if (result.ExitCode != 0)
            throw new IOException($"{program} {string.Join(' ', arguments)} ended with code {result.ExitCode}: {result.Error.Trim()}");
    }

    // By env, which becomes the program and keeps its process id; else the daemons would put sockets where the machine's service has its own.
    private HostProcess Start(string program, params string[] arguments) =>
        HostProcess.Start(
            Site.Middle.Name,
            "env",
            [$"OVS_RUNDIR={_folder}", $"OVS_LOGDIR={_folder}", $"OVS_DBDIR={_folder}", $"OVS_SYSCONFDIR={_folder}", program, .. arguments]
        );

    private static async Task AwaitAsync(string path, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        while (!File.Exists(path))
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
    }
}
