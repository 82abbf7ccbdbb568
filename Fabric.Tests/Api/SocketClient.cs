using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Fabric.Tests.Api;

/// <summary>Any call of an agent's API, for tests.</summary>
internal sealed class SocketClient(string socket) : IDisposable
{
    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        }
    )
    {
        BaseAddress = new Uri("http://fabric"),
    };

    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(path))!.AsObject();

    public async Task<JsonObject> PostAsync(string path, string body)
    {
        var answer = await SendAsync(HttpMethod.Post, path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {answer.StatusCode}");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null) =>
        _client.SendAsync(
            new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "text/plain") },
            HttpCompletionOption.ResponseHeadersRead
        );

    public void Dispose() => _client.Dispose();
}
