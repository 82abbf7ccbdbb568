using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>A connection through a translation, which the next agent could only end if it did not know it.</summary>
public class ConnectionsOutliveLiveTest : LiveTest
{
    private LabName _name = null!;
    private RunningLab _lab = null!;

    [SetUp]
    public async Task BringUp()
    {
        LabName.TryParse($"o{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        _name = name!;
        _lab = await LabUpHost.RunAsync(new LabPlan(_name), LiveDatapath.Kind, CancellationToken.None);
        using var pings = new ReachHost(_lab.Guests);
        Eventually(() => pings.WaitForFirst(CancellationToken.None), "a first ping");
    }

    [TearDown]
    public void TakeDown() => LabDownHost.Run(_name);

    [TestCase(IpFamily.V4, 2)]
    [TestCase(IpFamily.V6, 1)]
    public async Task TheAgentIsKilledAndTheConnectionGoesOn(IpFamily family, int kills)
    {
        Translate();
        var target = new IPEndPoint(IPAddress.Parse(family == IpFamily.V4 ? "10.2.0.11" : "fd00:2::11"), 8080);
        using var listener = SocketOf("db1", family);
        listener.Bind(target);
        listener.Listen();
        using var client = SocketOf("web1", family);
        await client.ConnectAsync(target).WaitAsync(Patience);
        using var server = await listener.AcceptAsync().WaitAsync(Patience);
        ((IPEndPoint)server.RemoteEndPoint!).Address.ToString().ShouldBe(family == IpFamily.V4 ? "10.2.0.1" : "fd00:2::1");
        await EchoAsync("before");
        var before = await ConnectionsAsync();
        before.ShouldNotBeEmpty();

        for (var round = 0; round < kills; round++)
        {
            LabAgent.Kill(_name);
            LabAgent.StartAgain(_name, LiveDatapath.Kind);
            await EchoAsync($"after kill {round}");
            // Pings may have gone meanwhile.
            (await ConnectionsAsync()).ShouldBeSubsetOf(before);
            (await ConnectionsAsync()).ShouldContain(item => item.Contains(":8080", StringComparison.Ordinal));
        }

        // From either end: what is lost while there is no agent in user space comes again.
        async Task EchoAsync(string text)
        {
            await ExchangeAsync(client, server, text);
            await ExchangeAsync(server, client, text);
        }
    }

    private void Translate()
    {
        var path = Path.Combine(_name.Folder, "nat.yaml");
        var text = LabDescription.Text(new LabPlan(_name)).Text;
        File.WriteAllText(path, text.Replace("r1: {}", "r1: { nat: { out: { snat: r1.db } } }", StringComparison.Ordinal));
        var program = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
        var applied = HostProcess.Run(Patience, null, program, ["apply", "--socket", _name.Socket, "-f", path, "--wait"]);
        applied.ExitCode.ShouldBe(0, applied.Error);
    }

    private Socket SocketOf(string guest, IpFamily family) =>
        NetworkNamespace.Run(
            _lab.Guest(guest).HostInterface,
            () =>
                new Socket(
                    family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
                    SocketType.Stream,
                    ProtocolType.Tcp
                )
        );

    private static async Task ExchangeAsync(Socket from, Socket to, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        await from.SendAsync(bytes).WaitAsync(Patience);
        var received = new byte[bytes.Length];
        for (var read = 0; read < received.Length; )
        {
            var count = await to.ReceiveAsync(received.AsMemory(read)).AsTask().WaitAsync(Patience);
            count.ShouldBeGreaterThan(0, "the connection has ended");
            read += count;
        }
        received.ShouldBe(bytes);
    }

    private async Task<string[]> ConnectionsAsync()
    {
        for (var patience = Patience; ; patience -= TimeSpan.FromMilliseconds(50))
        {
            try
            {
                await using var agent = AgentSession.Open(_name.Socket);
                var items = (await agent.ConnectionsAsync(CancellationToken.None))["items"]!.AsArray().OfType<JsonObject>();
                return [.. items.Select(item => $"{item["connection"]} at {item["at"]}, {item["answers"]} at {item["answers_at"]}")];
            }
            catch (FabricException) when (patience > TimeSpan.Zero)
            {
                await Task.Delay(50);
            }
        }
    }
}
