using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fabric.Agent.Dashboard;

/// <summary>Passes calls of the pages on to the agent's socket, and its answers back as they come.</summary>
internal sealed class AgentEndpoint : IDisposable
{
    private const int CopyBytes = 16_384;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _agent;
    private readonly string _socket;

    /// <summary>Prepares; connects with the first call.</summary>
    /// <param name="socket">The path of the agent's socket.</param>
    public AgentEndpoint(string socket)
    {
        _socket = socket;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = s_patience,
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        // A watch never ends by itself.
        _agent = new HttpClient(handler) { BaseAddress = new Uri("http://fabric/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Passes one call on.</summary>
    public async Task PassAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            $"{context.Request.Path}{context.Request.QueryString}"
        );
        if (HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        }
        HttpResponseMessage answer;
        try
        {
            answer = await _agent.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.WriteAsync($"no agent answers at {_socket}", context.RequestAborted);
            return;
        }
        using (answer)
            await CopyAsync(answer, context);
    }

    /// <inheritdoc/>
    public void Dispose() => _agent.Dispose();

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        try
        {
            await using var content = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[CopyBytes];
            while (await content.ReadAsync(buffer, context.RequestAborted) is > 0 and var length)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser has gone.
        }
        catch (Exception gone) when (gone is IOException or HttpRequestException)
        {
            // The agent has gone in the middle: what is cut off must not look whole.
            context.Abort();
        }
    }
}
