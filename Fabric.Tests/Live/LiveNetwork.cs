using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Live;

/// <summary>An agent in this process with its journal in a folder of its own, and a namespace for each port that is bound.</summary>
/// <remarks>
/// Interfaces of the host and namespaces are called `{net}-PORT`, where the text that is described says {net}; no other run of the tests has
/// the same. Everything goes when disposed.
/// </remarks>
internal sealed class LiveNetwork : IAgentClient
{
    /// <summary>What the host is called in the text that is described.</summary>
    public const string HostName = "here";

    private static int s_count;

    private readonly string _prefix = $"t{Environment.ProcessId:x}{Interlocked.Increment(ref s_count) % 10}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-live-");
    private readonly Dictionary<string, Guest> _guests = [];
    private readonly Dictionary<(string Port, IpFamily Family), EchoSocket> _pings = [];
    private AgentHost? _agent;
    private IHive? _hive;
    private ulong _lastId;

    private readonly AgentOptions _options;

    private LiveNetwork(AgentOptions options) => _options = options with { DatapathName = DatapathName };

    /// <summary>What the datapath is called if it is the kernel's.</summary>
    public string DatapathName => $"{_prefix}-dp";

    public AgentHost Agent => _agent!;

    public int Process => Environment.ProcessId;

    public IReadOnlyDictionary<string, Guest> Guests => _guests;

    /// <summary>Starts the agent, applies a description, and makes the namespaces.</summary>
    public static Task<LiveNetwork> StartAsync(string yaml, DatapathKind? datapath = null) =>
        StartAsync(yaml, new AgentOptions { Datapath = datapath ?? LiveDatapath.Kind });

    /// <summary>The same with an agent that is told more.</summary>
    public static async Task<LiveNetwork> StartAsync(string yaml, AgentOptions options)
    {
        var network = new LiveNetwork(options);
        try
        {
            await network.OpenAsync();
            await network.ApplyAsync(yaml);
            foreach (var port in network.Agent.View.Topology.Ports.Values)
            {
                if (port.Binding is { } binding)
                    network.AddGuest(Guest.Of(network.Agent.View.Topology, port, binding.Interface));
            }
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A name that nobody else has for a namespace or interface.</summary>
    public string NameOf(string port) => $"{_prefix}-{port}";

    /// <summary>Makes the network look as described, and nothing else; it is in the replica when this returns.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var source = new SourceText("test.yaml", yaml.Replace("{net}", _prefix, StringComparison.Ordinal));
        var topology = Agent.View.Topology;
        var described = DescriptionReader.Read([source], DeviceIds.Keeping(topology, () => ++_lastId));
        var change = DescriptionChange.Of(topology, described, isPruning: true);
        await DoAsync(change.Command);
    }

    public async Task DoAsync(TopologyCommand command)
    {
        (await SubmitAsync(Envelope(command), CancellationToken.None)).Rejection.ShouldBeNull();
        // Which comes first, the next packet or the thread that hears of the change, is the scheduler's choice and no fact about the agent.
        await SettleAsync();
    }

    /// <summary>Waits until every flow that a change touched is decided again, and the datapath has what came of it.</summary>
    private async Task SettleAsync()
    {
        // A turn of a thread takes this work first, then what has changed, and last it tells the datapath: so the next turn's work sees all of it done.
        do
        {
            await Agent.OnEachThreadAsync(shard => 0);
        } while ((await Agent.OnEachThreadAsync(shard => shard.Parts.Keeper.Waiting)).Sum() > 0);
    }

    public Port Port(string name) => Agent.View.Topology.Ports.Values.Single(port => port.Name.Name == name);

    /// <summary>The station's address of a version.</summary>
    public IpAddress AddressOf(string port, IpFamily family) => _guests[port].AddressOf(family)!.Value;

    /// <summary>The Ethernet address that a station has, whoever gave it.</summary>
    public MacAddress MacOf(string port)
    {
        using var routes = RouteSocket.Open(NameOf(port));
        return routes.ReadLink(Guest.DefaultInterface).Mac!.Value;
    }

    /// <summary>Lays the cable of a station anew, to the namespace that it has.</summary>
    public void Connect(string port)
    {
        using var target = NetworkNamespace.Open(NameOf(port));
        GuestHost.Connect(_guests[port], target, port);
    }

    /// <summary>One request from a port's station, and its answer.</summary>
    public EchoAnswer Ping(string from, IpAddress to, TimeSpan timeout, int dataBytes = 56, byte hopLimit = 64)
    {
        if (!_pings.TryGetValue((from, to.Family), out var socket))
            _pings[(from, to.Family)] = socket = EchoSocket.Open(NameOf(from), to.Family);
        socket.HopLimit = hopLimit;
        return socket.Send(to, timeout, dataBytes);
    }

    /// <summary>Asks until there is an answer of any kind; fails if there never is one.</summary>
    public EchoAnswer PingUntilAnswered(string from, IpAddress to, int dataBytes = 56, byte hopLimit = 64)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < LiveTest.Patience)
        {
            if (Ping(from, to, TimeSpan.FromSeconds(1), dataBytes, hopLimit) is { Kind: not EchoAnswerKind.None } answer)
                return answer;
        }
        throw new TimeoutException($"{from} had no answer from {to} within {LiveTest.Patience.TotalSeconds} s");
    }

    /// <summary>Asks until there is no answer several times in a row, and returns how many there were before.</summary>
    public int CountRepliesUntilSilent(string from, IpAddress to)
    {
        const int silent = 3;
        var (replies, misses) = (0, 0);
        var started = Stopwatch.GetTimestamp();
        while (misses < silent)
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(LiveTest.Patience, "the ping did not stop");
            var isReply = Ping(from, to, TimeSpan.FromMilliseconds(300)).IsReply;
            (replies, misses) = isReply ? (replies + 1, 0) : (replies, misses + 1);
        }
        return replies;
    }

    public Task<TopologySnapshot> TopologyAsync(CancellationToken cancellation) => Task.FromResult(Agent.View.Topology);

    public async Task<SubmitAnswer> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation) =>
        await _hive!.SubmitAsync(envelope, cancellation) switch
        {
            SubmitResult.Accepted accepted => new SubmitAnswer(accepted.Position, accepted.Versions.Length, null),
            SubmitResult.Rejected refused => new SubmitAnswer(0, 0, refused.Rejection),
            var other => throw new InvalidOperationException($"{other}"),
        };

    public Task<JsonObject> StatusAsync(CancellationToken cancellation) => Task.FromResult(new JsonObject { ["host"] = HostName });

    public Task<JsonObject> ConnectionsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> BalancersAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task AcknowledgeAlarmAsync(string key, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<TopologySnapshot> TopologyAtAsync(long position, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> ReadAsync(string target, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> EventsAsync(int limit, string? text, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> ActorsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> CaptureAsync(string host, string port, string capture, long after, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<JsonObject> TraceAsync(string packet, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JsonObject> ReachedAsync(
        long position,
        WaitLevel level,
        ImmutableArray<string> hosts,
        TimeSpan patience,
        CancellationToken cancellation
    ) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _pings.Values)
            socket.Dispose();
        if (_agent is not null)
            await _agent.DisposeAsync();
        if (_options.Datapath == DatapathKind.Kernel)
            OpenVSwitchDatapath.Remove(DatapathName);
        if (_hive is not null)
            await _hive.DisposeAsync();
        foreach (var guest in _guests.Values)
        {
            GuestHost.Disconnect(guest.HostInterface);
            if (NetworkNamespace.Exists(guest.HostInterface))
                NetworkNamespace.Delete(guest.HostInterface);
        }
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync()
    {
        var journal = Path.Combine(_folder.FullName, "journal.db");
        _hive = await new SqlHiveFactory().OpenAsync(journal, new HiveOptions(), CancellationToken.None);
        var self = new Fabric.Devices.Host { Id = new HostId(++_lastId), Name = new DeviceName("", HostName) };
        (await SubmitAsync(Envelope(new TopologyCommand.PutDevice(self)), CancellationToken.None)).Rejection.ShouldBeNull();
        _agent = AgentHost.Start(_hive, self.Id, _options, TimeProvider.System);
    }

    private void AddGuest(Guest guest)
    {
        // Before it is made, so that half a guest goes as well.
        _guests.Add(guest.Port.Name, guest);
        GuestHost.CreateNamespace(guest.HostInterface);
        Connect(guest.Port.Name);
    }

    private CommandEnvelope Envelope(TopologyCommand command) => new(new RequestId(new UInt128(0, ++_lastId)), "test", "", command);
}
