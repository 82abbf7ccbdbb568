using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>An agent as a process with the datapath in user space, and six stations p1 to p6 on a bridge of its host.</summary>
internal sealed class AgentProcess : IDisposable
{
    public const int Stations = 6;

    private static int s_count;

    private readonly string _prefix = $"a{Environment.ProcessId:x}{Interlocked.Increment(ref s_count) % 10}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-process-");
    private readonly List<Guest> _guests = [];
    private readonly string _journal;
    private ProcessMark _process;

    public AgentProcess(string journal)
    {
        _journal = journal;
        try
        {
            Start();
            Fabric("apply", "-f", Describe(Stations)).ExitCode.ShouldBe(0);
            MakeGuests();
            Await(status => (int)status["attached_ports"]! == Stations, "its ports");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Socket => Path.Combine(_folder.FullName, "agent.sock");

    private string Log => Path.Combine(_folder.FullName, "agent.log");

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Libc.kill(_process.Id, Libc.SIGKILL).ShouldBe(0);
        LiveTest.Eventually(() => !DaemonHost.IsAlive(_process), "the end of the agent");
    }

    /// <summary>Starts the agent, and returns when it answers.</summary>
    public void Start()
    {
        string[] arguments =
        [
            .. (string[])["agent", "--socket", Socket, "--journal", _journal, "--host", "here", "--datapath", "user"],
            .. (string[])["--state", Path.Combine(_folder.FullName, "state")],
        ];
        _process = DaemonHost.Start(Program, arguments, Log);
        Await(_ => true, "its socket");
    }

    public JsonObject Status()
    {
        using var agent = new Disposed(AgentSession.Open(Socket));
        return agent.Session.StatusAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Waits until the status is as wanted; the time that took.</summary>
    public TimeSpan Await(Func<JsonObject, bool> isWanted, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!IsSo(isWanted))
        {
            if (!DaemonHost.IsAlive(_process) || Stopwatch.GetElapsedTime(started) > LiveTest.Patience)
                Assert.Fail($"{what} did not come about: {File.ReadAllText(Log)}");
            Thread.Sleep(5);
        }
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Runs a command that asks this agent.</summary>
    public HostProcessResult Fabric(params string[] words) =>
        HostProcess.Run(LiveTest.Patience, null, Program, [.. words, "--socket", Socket]);

    /// <summary>Makes some more bridges: a change that touches no station.</summary>
    public HostProcessResult Change(int bridges, string reason = "test") => Fabric("apply", "-f", Describe(bridges), "-m", reason);

    public PingRun Ping(int from, int to, IpFamily family, int count) =>
        PingRun.Start(NameOf(from), AddressOf(to, family).ToString(), count);

    /// <summary>Asks by each version until there is a reply; to a station that this one has not asked before it takes new flows.</summary>
    public void ShouldReach(int from, int to)
    {
        foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            using var socket = EchoSocket.Open(NameOf(from), family);
            LiveTest.Eventually(
                () => socket.Send(AddressOf(to, family), TimeSpan.FromSeconds(5)).IsReply,
                () => $"a reply to p{from} from p{to} by {family}: {Status()}"
            );
        }
    }

    public void Dispose()
    {
        if (_process != default)
            DaemonHost.Stop(_process);
        foreach (var guest in _guests)
        {
            GuestHost.Disconnect(guest.HostInterface);
            if (NetworkNamespace.Exists(guest.HostInterface))
                NetworkNamespace.Delete(guest.HostInterface);
        }
        _folder.Delete(recursive: true);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");

    private static IpAddress AddressOf(int station, IpFamily family) =>
        IpAddress.Parse(family == IpFamily.V4 ? $"10.1.0.1{station}" : $"fd00:1::1{station}");

    private string NameOf(int station) => $"{_prefix}-p{station}";

    private bool IsSo(Func<JsonObject, bool> isWanted)
    {
        try
        {
            return File.Exists(Socket) && isWanted(Status());
        }
        catch (FabricException)
        {
            return false;
        }
    }

    private string Describe(int bridges)
    {
        var others = string.Join(", ", Enumerable.Range(1, bridges).Select(number => $"other{number}: {{}}"));
        var ports = string.Join("\n", Enumerable.Range(1, Stations).Select(DescribePort));
        var path = Path.Combine(_folder.FullName, "network.yaml");
        File.WriteAllText(
            path,
            $"fabric: v1\nhosts: {{ here: {{}} }}\ntenants:\n  shop:\n    bridges: {{ web: {{}}, {others} }}\n    ports:\n{ports}\n"
        );
        return path;
    }

    private string DescribePort(int station) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"      p{station}: {{ on: web, ip: [{AddressOf(station, IpFamily.V4)}/24, \"{AddressOf(station, IpFamily.V6)}/64\"], host: here, interface: \"{NameOf(station)}\" }}"
        );

    private void MakeGuests()
    {
        using var agent = new Disposed(AgentSession.Open(Socket));
        var topology = agent.Session.TopologyAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (var port in topology.Ports.Values)
        {
            var guest = Guest.Of(topology, port, port.Binding!.Value.Interface);
            _guests.Add(guest);
            GuestHost.CreateNamespace(guest.HostInterface);
            using var target = NetworkNamespace.Open(guest.HostInterface);
            GuestHost.Connect(guest, target, guest.HostInterface);
        }
    }

    /// <summary>A session whose end does not wait.</summary>
    private sealed class Disposed(IAgentClient session) : IDisposable
    {
        public IAgentClient Session => session;

        public void Dispose() => session.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
