using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Live;

/// <summary>A lab of three hosts with an agent each: web1 and db2 are at h1, web2 at h2, db1 at h3.</summary>
/// <remarks>In the guest kernel it takes a minute to come up; most tests on it are of the category HereOnly.</remarks>
internal sealed class ThreeHosts : IDisposable
{
    // One that starts listens long before it answers, on a machine that is busy.
    private static readonly TimeSpan s_answerPatience = TimeSpan.FromSeconds(30);

    private readonly RunningLab _lab;
    private readonly DatapathKind _datapath;

    private ThreeHosts(LabPlan plan, RunningLab lab, DatapathKind datapath) => (Plan, _lab, _datapath) = (plan, lab, datapath);

    public LabPlan Plan { get; }

    /// <summary>Brings it up; every station has reached every other and every agent sees all live when it returns.</summary>
    public static async Task<ThreeHosts> UpAsync(DatapathKind datapath = DatapathKind.User)
    {
        LabName.TryParse($"h{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        var plan = new LabPlan(name!, hosts: 3);
        var hosts = new ThreeHosts(plan, await LabUpHost.RunAsync(plan, datapath, CancellationToken.None), datapath);
        using var pings = new ReachHost(hosts._lab.Guests);
        // The guest kernel is slow: three agents may take longer there than a lab waits, and a first packet than a ping does.
        LiveTest.Eventually(() => pings.WaitForFirst(CancellationToken.None), "some station reaches another");
        LiveTest.Eventually(
            () => pings.Measure(CancellationToken.None).All(reach => reach.RoundTrip != null),
            "every station reaches every other"
        );
        hosts.ShouldAllLive();
        return hosts;
    }

    public void Dispose() => LabDownHost.Run(Plan.Name);

    /// <summary>The station of a port.</summary>
    public Guest Guest(string port) => _lab.Guest(port);

    /// <summary>A cable from a host, where it is `up`, to a machine outside.</summary>
    /// <param name="host">The host.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="name">What the cable is called there.</param>
    /// <param name="address">The machine's address on it, ADDRESS/LENGTH.</param>
    public void Uplink(string host, TestNamespace machine, string name, string address)
    {
        using var routes = RouteSocket.Open(Plan.NamespaceOf(host)!);
        using (var target = NetworkNamespace.Open(machine.Name))
            routes.SetUp(routes.CreateVeth("up", name, target));
        // What comes in by the other cable is no martian, and the router is asked from an address of its own subnet, as it does not answer others.
        // That is so before there is a route: a question that is not answered holds up what waits for it by a second.
        foreach (var setting in (string[])["all/rp_filter=0", $"{name}/rp_filter=0", "all/arp_announce=2"])
        {
            var (path, value) = (setting.Split('=')[0], setting.Split('=')[1]);
            NetworkNamespace.Run(machine.Name, () => File.WriteAllText($"/proc/sys/net/ipv4/conf/{path}", value));
        }
        var link = machine.Routes.ReadLink(name);
        machine.Routes.SetUp(link);
        var parts = address.Split('/');
        machine.Routes.AddAddress(link, IpAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Has a namespace ask none of its neighbors again for five minutes at least.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="link">One of its interfaces.</param>
    public static void RememberNeighbors(string space, string link) =>
        NetworkNamespace.Run(
            space,
            () =>
            {
                foreach (var version in (string[])["ipv4", "ipv6"])
                    File.WriteAllText($"/proc/sys/net/{version}/neigh/{link}/base_reachable_time_ms", "600000");
            }
        );

    /// <summary>Pings from a station at 10 to 20 ms spacing.</summary>
    public PingRun Ping(string from, string to, int count) => PingRun.Start(Guest(from).HostInterface, to, count);

    /// <summary>Tries for a second to open a connection from a station to port 23 of db1, which a rule drops.</summary>
    /// <remarks>A machine that is busy may need longer than that to send its first packet, so what it leads to is to be asked for.</remarks>
    public void TryTelnet(string from) =>
        HostProcess.Run(LiveTest.Patience, Guest(from).HostInterface, "timeout", "1", "bash", "-c", "echo > /dev/tcp/10.2.0.11/23");

    /// <summary>Sends a signal to a host's agent.</summary>
    public void Signal(string host, int signal)
    {
        var agent = DaemonHost.FindByArgument(Plan.SocketOf(host)).ShouldHaveSingleItem();
        Libc.kill(agent.Id, signal).ShouldBe(0);
        if (signal == Libc.SIGKILL)
            LiveTest.Eventually(() => !DaemonHost.IsAlive(agent), "the end of the agent");
    }

    /// <summary>Ends a host's agent as a service manager does.</summary>
    public void Stop(string host) => DaemonHost.Stop(DaemonHost.FindByArgument(Plan.SocketOf(host)).ShouldHaveSingleItem());

    /// <summary>Starts an agent that was ended.</summary>
    public void Start(string host)
    {
        string[] arguments =
        [
            .. (string[])["agent", "--socket", Plan.SocketOf(host), "--journal", Plan.Name.Journal, "--host", host],
            .. (string[])["--state", Plan.StateOf(host), "--datapath", $"{_datapath}".ToLowerInvariant()],
            .. (string[])["--datapath-name", Plan.Name.Datapath],
        ];
        var program = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
        NetworkNamespace.Run(Plan.NamespaceOf(host)!, () => DaemonHost.Start(program, arguments, Plan.LogOf(host)));
    }

    /// <summary>Runs a command line that asks a host's agent.</summary>
    public Task<ShellResult> AskAsync(string host, string line, string input = "") =>
        Shell.RunAsync($"{line} --socket {Plan.SocketOf(host)}", input);

    /// <summary>Has what leaves by the ports of db1 and db2 lose packets of a protocol, and no other.</summary>
    public Task<ShellResult> DropAsync(string by, string protocol, string options) =>
        AskAsync(
            by,
            $"apply -f - {options}",
            $"fabric: v1\ntenants: {{ lab: {{ chains: {{ db-in: [{{ name: no-more, proto: {protocol}, do: drop }}] }} }} }}\n"
        );

    /// <summary>What an agent tells of itself; null while it does not answer.</summary>
    public JsonObject? StatusOf(string host)
    {
        using var patience = new CancellationTokenSource(s_answerPatience);
        try
        {
            return File.Exists(Plan.SocketOf(host)) ? ReadAsync(Plan.SocketOf(host), patience.Token).GetAwaiter().GetResult() : null;
        }
        catch (Exception away) when (away is FabricException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A member as a host's agent sees it.</summary>
    public JsonNode MemberOf(string by, string of) => StatusOf(by)!["members"]!.AsArray().Single(member => (string)member!["name"]! == of)!;

    /// <summary>All members as a host's agent sees them, in one line.</summary>
    public string Seen(string by) =>
        string.Join(", ", StatusOf(by)?["members"]?.AsArray().Select(member => $"{member!["name"]} {member["state"]}") ?? []);

    /// <summary>Waits until all agents see all live.</summary>
    public void ShouldAllLive()
    {
        foreach (var host in Plan.HostNames)
            LiveTest.Eventually(() => Seen(host) == "h1 live, h2 live, h3 live", $"all live as {host} sees it");
    }

    private static async Task<JsonObject> ReadAsync(string socket, CancellationToken cancellation)
    {
        await using var agent = AgentSession.Open(socket);
        return await agent.StatusAsync(cancellation);
    }
}
