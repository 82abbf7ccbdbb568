using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Redundant gateways: a station inside speaks through a translating router to a machine outside, by uplinks at h2 and h3.</summary>
/// <remarks>
/// <code>
/// web1 - h1 === h2 - up2 ---- two   [outside 198.51.100.1]
///          === h3 - up3 ---- three
/// </code>
/// The router has an address for what is inside, one for the station, one for the station and db2 together, and one that is a balancer for the station
/// alone. By which gateway packets come in the machine outside decides.
/// </remarks>
internal sealed class RedundantGateways : IDisposable
{
    public const string Outside = "198.51.100.1";
    public const string Translated = "192.0.2.50";
    public const string Redirected = "192.0.2.60";
    public const string Balanced = "192.0.2.70";
    public const string BalancedToOne = "192.0.2.71";
    public const int Port = 7000;

    private readonly string _inside;
    private readonly List<Socket> _listeners = [];

    private RedundantGateways(ThreeHosts hosts, string inside) => (Hosts, _inside) = (hosts, inside);

    public ThreeHosts Hosts { get; }

    /// <summary>The one outside.</summary>
    public TestNamespace Machine { get; } = new();

    /// <summary>Where connections come in.</summary>
    public IReadOnlyList<Socket> Listeners => _listeners;

    /// <summary>Brings them up.</summary>
    /// <param name="inside">The address of the station.</param>
    /// <param name="ports">Ports that the network has besides those of the lab, as lines of the description.</param>
    /// <param name="datapath">Of all hosts.</param>
    public static async Task<RedundantGateways> UpAsync(string inside, string ports = "", DatapathKind datapath = DatapathKind.User)
    {
        var gateways = new RedundantGateways(await ThreeHosts.UpAsync(datapath), inside);
        try
        {
            gateways.Hosts.Uplink("h2", gateways.Machine, "two", "203.0.113.2/25");
            gateways.Hosts.Uplink("h3", gateways.Machine, "three", "203.0.113.130/25");
            gateways.Machine.Routes.AddAddress(gateways.Machine.Routes.ReadLink("lo"), IpAddress.Parse(Outside), 32);
            await gateways.ApplyAsync(ports);
            return gateways;
        }
        catch
        {
            gateways.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _listeners.ForEach(listener => listener.Dispose());
        Machine.Dispose();
        Hosts.Dispose();
    }

    /// <summary>Makes it look as described, with these ports besides; it is in force at all hosts when this returns.</summary>
    /// <returns>What the command said of it.</returns>
    public async Task<string> ApplyAsync(string ports)
    {
        var applied = await Hosts.AskAsync("h1", "apply -f - --wait", Description(ports));
        applied.Exit.ShouldBe(0, applied.Error);
        return applied.Error;
    }

    /// <summary>The namespace of a station of the lab.</summary>
    public string SpaceOf(string guest) => Hosts.Guest(guest).HostInterface;

    /// <summary>Has connections come in at a namespace.</summary>
    public void Listen(string space)
    {
        var listener = SocketIn(space);
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen(2000);
        _listeners.Add(listener);
    }

    /// <summary>A connection that has come about, which is to within two minutes.</summary>
    /// <param name="space">Where it begins.</param>
    /// <param name="from">The address that it begins at.</param>
    /// <param name="to">Whom it is for.</param>
    public Socket Connect(string space, IPAddress from, string to)
    {
        var client = SocketIn(space);
        client.NoDelay = true;
        client.Bind(new IPEndPoint(from, 0));
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        if (!client.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), Port)).Wait(LiveTest.Patience))
            Assert.Fail($"no connection from port {port} to {to}:\n{Describe()}");
        return client;
    }

    /// <summary>Opens as many connections through each kind of translation: `snat`, `dnat`, and a balancer.</summary>
    /// <param name="space">The station's namespace.</param>
    /// <param name="each">How many of each.</param>
    public async Task<ConnectionPairs> OpenAsync(string space, int each)
    {
        var pairs = new ConnectionPairs(_listeners);
        for (var i = 0; i < each; i++)
        {
            await pairs.AddAsync(Connect(space, IPAddress.Any, Outside));
            await pairs.AddAsync(Connect(Machine.Name, IPAddress.Parse(Outside), Redirected));
            await pairs.AddAsync(Connect(Machine.Name, IPAddress.Parse(Outside), Balanced));
        }
        await pairs.ExchangeAsync();
        pairs.Count.ShouldBe(3 * each);
        return pairs;
    }

    /// <summary>What all hosts know, for whoever reads why a connection did not come about.</summary>
    public string Describe() =>
        string.Join(
            "\n",
            Hosts.Plan.HostNames.SelectMany(host =>
                new[] { "drops", "connections", "flows", "status" }.Select(what =>
                    $"{host}, {what}:\n{Hosts.AskAsync(host, what).GetAwaiter().GetResult().Out}"
                )
            )
        );

    /// <summary>Packets that left the machine outside by one of its cables.</summary>
    public long SentBy(string cable) =>
        NetworkNamespace.Run(
            Machine.Name,
            () =>
                File.ReadLines("/proc/thread-self/net/dev")
                    .Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
                    .Where(words => words[0] == cable)
                    .Select(words => long.Parse(words[10], System.Globalization.CultureInfo.InvariantCulture))
                    .Single()
        );

    /// <summary>What a host says of its way to another.</summary>
    public string? StateOf(string by, string of) =>
        (string?)Hosts.StatusOf(by)?["tunnels"]?.AsArray().Single(tunnel => (string)tunnel!["host"]! == of)!["state"];

    /// <summary>Has the machine outside send by one of its cables from now on.</summary>
    public void AnswerBy(string name)
    {
        var router = name == "two" ? "203.0.113.1" : "203.0.113.129";
        var ran = HostProcess.Run(
            LiveTest.Patience,
            null,
            "ip",
            ["-n", Machine.Name, "route", "replace", "192.0.2.0/24", "via", router, "dev", name]
        );
        ran.ExitCode.ShouldBe(0, ran.Error);
    }

    private static Socket SocketIn(string space) =>
        NetworkNamespace.Run(space, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    private string Description(string ports)
    {
        const string plain = "      r1: {}\n";
        const string groups = "    routers:\n";
        const string others = "    ports:\n";
        var uplinks = $$"""
                  r1:
                    ports:
                      up2: { mac: "02:00:00:00:52:01", addresses: [203.0.113.1/25], host: h2, interface: up, groups: [uplinks] }
                      up3: { mac: "02:00:00:00:53:01", addresses: [203.0.113.129/25], host: h3, interface: up, groups: [uplinks] }
                    routes:
                      two: { to: 198.51.100.0/24, via: 203.0.113.2 }
                      three: { to: 198.51.100.0/24, via: 203.0.113.130 }
                    nat:
                      out2: { snat: up2, to: {{Translated}} }
                      out3: { snat: up3, to: {{Translated}} }
                      in: { dnat: {{Redirected}}, to: {{_inside}} }
                    pools:
                      web: { members: { one: { to: {{_inside}} }, two: { to: 10.2.0.12 } } }
                      one: { members: { one: { to: {{_inside}} } } }
                    balancers:
                      web: { vip: {{Balanced}}, proto: tcp, ports: {{Port}}, pool: web }
                      one: { vip: {{BalancedToOne}}, ports: 5000-8000, pool: one }

            """;
        var text = LabDescription.Text(Hosts.Plan).Text;
        text.ShouldContain(plain);
        return text.Replace(others, others + ports, StringComparison.Ordinal)
            .Replace(plain, uplinks, StringComparison.Ordinal)
            .Replace(groups, "    groups: { uplinks: { stateful: true } }\n" + groups, StringComparison.Ordinal);
    }
}
