using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Live;

/// <summary>Two hosts with an agent each and a cable between them, over one journal; stations behind both, on one bridge.</summary>
/// <remarks>
/// A host is a network namespace, as is a station. The agents run in this process, each with a hive of its own.
/// <code>
/// a1 ---- host 0 [under 192.0.2.1 2001:db8::1] ---- [under 192.0.2.2 2001:db8::2] host 1 ---- b1, b2
/// </code>
/// </remarks>
internal sealed class TwoHosts : IAsyncDisposable
{
    public const string Cable = "under";

    private const string StationPort = "eth0";
    private const uint ShortMtu = 1400;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-hosts-");
    private readonly TestNamespace[] _hosts = [new(), new()];
    private readonly Dictionary<string, TestNamespace> _stations = [];
    private readonly List<IHive> _hives = [];
    private readonly List<AgentHost> _agents = [];
    private readonly bool[] _isStopped = new bool[2];
    private readonly IpFamily _family;
    private readonly DatapathKind[] _kinds;
    private readonly uint _stationMtu;
    private ulong _lastRequest;

    private TwoHosts(IpFamily family, DatapathKind second, uint stationMtu) =>
        (_family, _kinds, _stationMtu) = (family, [LiveDatapath.Kind, second], stationMtu);

    public IReadOnlyList<AgentHost> Agents => _agents;

    /// <param name="underlay">The version of IP between the hosts.</param>
    /// <param name="second">The datapath of the second host; that of the first is what the tests run on.</param>
    /// <param name="stationMtu">The longest packet that stations send; what the tunnel takes is less than 1500.</param>
    public static async Task<TwoHosts> StartAsync(IpFamily underlay, DatapathKind? second = null, uint stationMtu = ShortMtu)
    {
        var hosts = new TwoHosts(underlay, second ?? LiveDatapath.Kind, stationMtu);
        try
        {
            hosts.Wire();
            await hosts.OpenAsync();
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    public TestNamespace Host(int index) => _hosts[index];

    public TestNamespace Station(string name) => _stations[name];

    /// <summary>A host's address on the underlay.</summary>
    public IpAddress Underlay(int host) => IpAddress.Parse(_family == IpFamily.V4 ? $"192.0.2.{host + 1}" : $"2001:db8::{host + 1}");

    public static IpAddress AddressOf(string station, IpFamily family) =>
        IpAddress.Parse(family == IpFamily.V4 ? $"10.0.0.{Number(station)}" : $"fd00::{Number(station)}");

    public static MacAddress MacOf(string station) => new(0x02_00_00_00_00_00 + (ulong)Number(station));

    public static PortId PortOf(string station) => new((ulong)Number(station));

    public async Task DoAsync(TopologyCommand command)
    {
        var envelope = new CommandEnvelope(new RequestId(++_lastRequest), "test", "", command);
        var accepted = (await _hives[0].SubmitAsync(envelope, CancellationToken.None)).ShouldBeOfType<SubmitResult.Accepted>();
        LiveTest.Eventually(() => _hives.TrueForAll(hive => hive.Replica.Topology.Position >= accepted.Position), "the feed");
    }

    /// <summary>Asks until there is a reply; fails if there never is one.</summary>
    public void Ping(string from, string to, IpFamily family)
    {
        using var socket = EchoSocket.Open(Station(from).Name, family);
        var started = Stopwatch.GetTimestamp();
        while (!socket.Send(AddressOf(to, family), TimeSpan.FromSeconds(1)).IsReply)
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(LiveTest.Patience, $"{from} had no reply from {to}: {Describe()}");
    }

    public async Task StopAsync(int host)
    {
        _isStopped[host] = true;
        await _agents[host].DisposeAsync();
    }

    public void StartAgain(int host)
    {
        _agents[host] = StartAgent(host);
        _isStopped[host] = false;
    }

    /// <summary>Everything that a failure may have its reason in.</summary>
    public string Describe() =>
        string.Join(
            "\n",
            _agents.Select(agent =>
                $"failure {agent.Ports.Failure}, problems {string.Join("; ", agent.Ports.Problems.Values)}, "
                + string.Join(
                    "\n",
                    agent
                        .OnEachThreadAsync(shard =>
                            string.Join(", ", shard.Datapath.GetFigures())
                            + $" refused {shard.Parts.Path.Counters.LastRefusal} upcalls {shard.Parts.Path.Counters.Upcalls}\n"
                            + string.Join(
                                "\n",
                                shard.Parts.Flows.Records.Select(record =>
                                    $"  {record.Flow.Key} -> {string.Join(",", record.Flow.Actions)} {record.Verdict.Reason} {record.State}"
                                )
                            )
                        )
                        .GetAwaiter()
                        .GetResult()
                )
            )
        );

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < _agents.Count; i++)
        {
            if (!_isStopped[i])
                await _agents[i].DisposeAsync();
        }
        foreach (var hive in _hives)
            await hive.DisposeAsync();
        foreach (var each in _stations.Values.Concat(_hosts))
            each.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int Number(string station) => (station[0] - 'a') * 10 + (station[1] - '0');

    private void Wire()
    {
        using (var other = NetworkNamespace.Open(_hosts[1].Name))
            _hosts[0].Routes.CreateVeth(Cable, Cable, other);
        for (var i = 0; i < _hosts.Length; i++)
        {
            var link = _hosts[i].Routes.ReadLink(Cable);
            _hosts[i].Routes.SetUp(link);
            _hosts[i].Routes.AddAddress(link, Underlay(i), _family == IpFamily.V4 ? 24 : 64);
        }
        AddStation("a1", _hosts[0]);
        AddStation("b1", _hosts[1]);
        AddStation("b2", _hosts[1]);
    }

    private void AddStation(string name, TestNamespace host)
    {
        var station = new TestNamespace();
        _stations.Add(name, station);
        using var target = NetworkNamespace.Open(station.Name);
        var near = host.Routes.CreateVeth(name, StationPort, target);
        host.Routes.Silence(near);
        host.Routes.SetUp(near);
        var far = station.Routes.ReadLink(StationPort);
        station.Routes.SetMac(far, MacOf(name));
        station.Routes.SetMtu(far, _stationMtu);
        station.Routes.SetUp(far);
        LiveTest.Eventually(() => host.Routes.ReadLink(name).IsRunning && station.Routes.ReadLink(StationPort).IsRunning, "a signal");
        station.Routes.AddAddress(far, AddressOf(name, IpFamily.V4), 24);
        station.Routes.AddAddress(far, AddressOf(name, IpFamily.V6), 64);
    }

    private async Task OpenAsync()
    {
        var journal = Path.Combine(_folder.FullName, "journal.db");
        for (var i = 0; i < _hosts.Length; i++)
            _hives.Add(await new SqlHiveFactory().OpenAsync(journal, new HiveOptions(), CancellationToken.None));
        for (var i = 0; i < _hosts.Length; i++)
        {
            var self = new Fabric.Devices.Host
            {
                Id = new HostId((ulong)i + 1),
                Name = new DeviceName("", $"host{i}"),
                Underlay = [Underlay(i)],
            };
            await DoAsync(new TopologyCommand.PutDevice(self));
        }
        await DoAsync(new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(1), Name = new DeviceName("acme", "lan") }));
        foreach (var station in _stations.Keys)
            await DoAsync(new TopologyCommand.PutDevice(PortFor(station)));
        for (var i = 0; i < _hosts.Length; i++)
            _agents.Add(StartAgent(i));
    }

    /// <summary>Sockets and threads that are made there stay in the host's namespace.</summary>
    private AgentHost StartAgent(int host)
    {
        var options = new AgentOptions { Datapath = _kinds[host] };
        return NetworkNamespace.Run(
            _hosts[host].Name,
            () => AgentHost.Start(_hives[host], new HostId((ulong)host + 1), options, TimeProvider.System)
        );
    }

    private static Port PortFor(string station) =>
        new()
        {
            Id = PortOf(station),
            Name = new DeviceName("acme", station),
            Owner = new BridgeId(1),
            Mac = MacOf(station),
            Addresses =
            [
                new InterfaceAddress(AddressOf(station, IpFamily.V4), 24),
                new InterfaceAddress(AddressOf(station, IpFamily.V6), 64),
            ],
            Binding = new HostBinding(new HostId(station[0] == 'a' ? 1u : 2u), station),
        };
}
