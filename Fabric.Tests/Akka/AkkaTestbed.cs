using System.Diagnostics;
using Fabric.Akka;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Akka;

/// <summary>Hives that are nodes of one cluster over loopback; some of its nodes may be processes of their own, which were there first.</summary>
internal abstract class AkkaTestbed(int processes) : HiveTestbed
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private readonly List<Process> _processes = [];
    private int _opened;

    /// <summary>Where the journal is.</summary>
    public abstract string Place { get; }

    /// <summary>The processes, the oldest first.</summary>
    public IReadOnlyList<Process> Processes => _processes;

    /// <summary>Adds a process.</summary>
    public async Task AddProcessAsync() =>
        _processes.Add(await HiveNodeProcess.StartAsync("akka", Place, _processes.Count + 1, ClusterSettings.Quick));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    protected override async Task<IHive> BeginAsync(HiveOptions options)
    {
        while (_processes.Count < processes - 1)
            await AddProcessAsync();
        var self = options.Self with { Host = new HostId((ulong)++_opened), Name = $"t{_opened}" };
        var own = options with { Self = self, Configuration = ClusterSettings.Quick };
        // The first commands on a busy machine wait for a cluster that comes about and code that is compiled.
        var patience = options.OutcomePatience == new HiveOptions().OutcomePatience ? s_patience : options.OutcomePatience;
        return await new AkkaHiveFactory().OpenAsync(Place, own with { OutcomePatience = patience });
    }
}
