using System.Net.Sockets;
using System.Text;
using Fabric.Agent.Cli.Client;

namespace Fabric.Tests.Cli;

[TestFixture]
public sealed class AgentSessionTest
{
    private const int Calls = 500;

    /// <summary>A request without a body is over with its head: whatever were written after it would meet a closed connection now and then.</summary>
    [Test]
    public async Task An_agent_that_answers_and_goes_at_once_is_heard()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-session");
        try
        {
            var path = Path.Combine(folder.FullName, "agent.sock");
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            var serving = Task.Run(() => AnswerAndGo(listener));
            await using var agent = AgentSession.Open(path);
            for (var call = 0; call < Calls; call++)
                ((int)(await agent.StatusAsync(CancellationToken.None))["calls"]!).ShouldBe(call);
            await serving;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AnswerAndGo(Socket listener)
    {
        Span<byte> request = stackalloc byte[1024];
        for (var call = 0; call < Calls; call++)
        {
            using var connection = listener.Accept();
            connection.Receive(request);
            var body = $$"""{"calls":{{call}}}""";
            connection.Send(
                Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")
            );
        }
    }
}
