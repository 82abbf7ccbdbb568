using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>One connection of iperf3 at full speed from one namespace to another, looked at ten times a second.</summary>
internal sealed class IperfRun : IDisposable
{
    private const double Interval = 0.1;

    private readonly string _name;
    private readonly int _port;
    private readonly HostProcess _server;
    private readonly HostProcess _client;
    private readonly (string Server, string Client) _spaces;

    /// <param name="name">What it is called.</param>
    /// <param name="server">The namespace where it is received.</param>
    /// <param name="port">The TCP port there.</param>
    /// <param name="client">The namespace where it is sent.</param>
    /// <param name="target">The address that the client speaks to.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="from">The address that the client speaks from, if it has several.</param>
    public IperfRun(string name, string server, int port, string client, string target, int seconds, string? from = null)
    {
        (_name, _spaces, _port) = (name, (server, client), port);
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] both = ["--port", number, "--interval", Interval.ToString(CultureInfo.InvariantCulture), "--json"];
        _server = HostProcess.Start(server, "iperf3", [.. both, "--server", "--one-off"]);
        LiveTest.Eventually(() => ListeningPort.Exists(server, port), "the server of iperf3");
        string[] words = ["--client", target, "--time", seconds.ToString(CultureInfo.InvariantCulture), "--connect-timeout", "5000"];
        _client = HostProcess.Start(client, "iperf3", [.. both, .. words, .. from is null ? [] : (string[])["--bind", from]]);
    }

    /// <summary>Whether data may flow: it has a connection to be told by, and one for data.</summary>
    public bool IsUnderWay => ListeningPort.Connections(_spaces.Server, _port) >= 2;

    /// <summary>Waits for its end; fails if the connection did not last. What it says of itself.</summary>
    public string End()
    {
        var sent = Parse(_client, _spaces.Client);
        var received = Parse(_server, _spaces.Server);
        var speed = (double)received["end"]!["sum_received"]!["bits_per_second"]! / 1e6;
        var repeated = (long)sent["end"]!["sum_sent"]!["retransmits"]!;
        var (longest, silent) = (0, 0);
        foreach (var interval in received["intervals"]!.AsArray())
        {
            silent = (double)interval!["sum"]!["bytes"]! > 0 ? 0 : silent + 1;
            longest = Math.Max(longest, silent);
        }
        silent.ShouldBeLessThan(received["intervals"]!.AsArray().Count / 2, "data in the end");
        return $"{_name} {speed:0} Mbit/s, {longest} tenths of a second without data, {repeated} segments repeated";
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private JsonNode Parse(HostProcess process, string space)
    {
        try
        {
            var result = process.WaitForExit(LiveTest.Patience);
            result.ExitCode.ShouldBe(0, result.Output + result.Error);
            return JsonNode.Parse(result.Output)!;
        }
        catch (LinuxException late)
        {
            var sockets = HostProcess.Run(
                LiveTest.Patience,
                space,
                "ss",
                "--tcp",
                "--info",
                "--no-header",
                "sport >= 5000 or dport >= 5000"
            );
            Assert.Fail($"{_name}, in {space}: {late.Message}\n{sockets.Output}");
            throw;
        }
    }
}
