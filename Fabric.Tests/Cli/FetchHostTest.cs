using System.Net;
using System.Net.Sockets;
using System.Text;
using Fabric.Agent.Cli;
using Fabric.Agent.Errors;

namespace Fabric.Tests.Cli;

/// <summary>Descriptions from addresses of the web: read whole, or refused in words.</summary>
public class FetchHostTest
{
    private const string Net = "fabric: v1\ntenants: { t: { bridges: { b: {} } } }\n";

    private Server _server = null!;

    [SetUp]
    public void Listen() => _server = new Server();

    [TearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task ADescriptionIsReadFromAnAddressAlsoOneThatLeadsToAnother()
    {
        _server.Answer("/net.yaml", Ok(Net));
        _server.Answer("/old", "HTTP/1.1 301 Moved\r\nLocation: net.yaml\r\nContent-Length: 0\r\n\r\n");

        (await Shell.RunAsync($"validate -f {_server.Address}/net.yaml")).Exit.ShouldBe(0);
        (await Shell.RunAsync($"show bridges -f {_server.Address}/old?token=secret --columns name --no-headings")).Out.ShouldBe("t/b\n");
    }

    [Test]
    public async Task AMistakeInItHasItsPlaceAndTheAddressWithoutWhatIsSecret()
    {
        _server.Answer("/net.yaml", Ok("fabric: v1\nhostz: {}\n"));

        var told = await Shell.RunAsync($"validate -f {_server.Address}/net.yaml?token=secret");

        told.Exit.ShouldBe(1);
        told.Error.ShouldContain($"{_server.Address}/net.yaml:2:1");
        told.Error.ShouldNotContain("secret");
    }

    [TestCase("/none", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it answers 404 Not Found")]
    [TestCase(
        "/file",
        "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        "it leads to file:, which is not of the web"
    )]
    [TestCase("/ring", "HTTP/1.1 302 Found\r\nLocation: /ring\r\nContent-Length: 0\r\n\r\n", "it leads on more than 5 times")]
    [TestCase("/no-http", "hello\r\n\r\n", "")]
    [TestCase("/cut", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfabric: v1", "")]
    public async Task WhatGivesNoDescriptionIsRefusedInWords(string path, string answer, string why)
    {
        _server.Answer(path, answer);

        var told = await Shell.RunAsync($"validate -f {_server.Address}{path}");

        told.Exit.ShouldBe(1);
        told.Error.ShouldContain("FABRIC-3103");
        told.Error.ShouldContain($"cannot read '{_server.Address}{path}'");
        told.Error.ShouldContain(why);
    }

    [Test]
    public async Task MoreThanIsTakenIsNotReadToItsEnd()
    {
        _server.Answer("/large", "HTTP/1.1 200 OK\r\n\r\n", endless: new byte[1 << 20]);

        (await Shell.RunAsync($"validate -f {_server.Address}/large")).Error.ShouldContain("it answers more than 16 MB");
    }

    [Test]
    public async Task OneThatDoesNotAnswerIsNotWaitedForLonger()
    {
        _server.Answer("/slow", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", staysOpen: true);

        var told = await Should.ThrowAsync<FabricException>(() =>
            FetchHost.ReadAsync($"{_server.Address}/slow", TimeSpan.FromMilliseconds(50), CancellationToken.None)
        );

        told.Problems[0].ToString().ShouldContain("it did not answer all of it within 0.05 seconds");
    }

    [TestCase("http://", "it is no address")]
    [TestCase("http://ana:secret@127.0.0.1/net.yaml", "a name and password in an address are not taken")]
    public async Task AnAddressThatCannotBeTakenIsRefused(string address, string why)
    {
        var told = await Shell.RunAsync($"validate -f {address}");

        told.Error.ShouldContain(why);
        told.Error.ShouldNotContain("secret");
    }

    [Test]
    public async Task WhereNobodyListensIsToldAsThat()
    {
        var address = _server.Address;
        _server.Dispose();

        (await Shell.RunAsync($"validate -f {address}/net.yaml")).Error.ShouldContain("FABRIC-3103");
    }

    private static string Ok(string text) => $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}";

    /// <summary>Answers paths with bytes as they are; a connection a call.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Dictionary<string, (string Text, byte[]? Endless, bool StaysOpen)> _answers = [];
        private readonly CancellationTokenSource _stop = new();

        public Server()
        {
            _listener.Start();
            _ = RunAsync();
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void Answer(string path, string text, byte[]? endless = null, bool staysOpen = false) =>
            _answers[path] = (text, endless, staysOpen);

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test ends.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using var held = client;
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                var path = (await reader.ReadLineAsync(_stop.Token))!.Split(' ')[1].Split('?')[0];
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                    continue;
                var (text, endless, staysOpen) = _answers[path];
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token);
                while (endless is not null)
                    await stream.WriteAsync(endless, _stop.Token);
                if (staysOpen)
                    await Task.Delay(Timeout.Infinite, _stop.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException)
            {
                // The other end has heard enough, or the test ends.
            }
        }
    }
}
