using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fabric.Tests.Metrics;

/// <summary>A collector on loopback, which keeps what it is told.</summary>
internal sealed class CollectorHost : IAsyncDisposable
{
    private readonly Channel<(string Path, string? Type, byte[] Body)> _heard = Channel.CreateUnbounded<(string, string?, byte[])>();
    private readonly WebApplication _application;

    private CollectorHost(Func<int> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.MapPost("{**path}", context => HearAsync(context, answer()));
    }

    public string Address => _application.Urls.Single();

    public ChannelReader<(string Path, string? Type, byte[] Body)> Heard => _heard.Reader;

    public static async Task<CollectorHost> StartAsync(Func<int> answer)
    {
        var collector = new CollectorHost(answer);
        await collector._application.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task HearAsync(HttpContext context, int answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.StatusCode = answer;
        _heard.Writer.TryWrite((context.Request.Path, context.Request.ContentType, body.ToArray()));
    }
}
