using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Tests.Live;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Cli;

/// <summary>`fabric agent` within the test, without a datapath, until disposed; its socket and state are in a folder that the test has.</summary>
internal sealed class AgentRun : IAsyncDisposable
{
    public static readonly TimeSpan Patience = LiveTest.Patience;

    private readonly CancellationTokenSource _stop = new();
    private readonly string _state;
    private readonly StringWriter _log = new() { NewLine = "\n" };
    private readonly Task<int> _running;

    private AgentRun(string folder, string journal, string host, string hive, string[] more)
    {
        (Socket, _state) = (SocketOf(folder, host), StateOf(folder, host));
        string[] words =
        [
            .. (string[])["agent", "--socket", Socket, "--journal", journal, "--host", host, "--datapath", "none"],
            .. (string[])["--state", _state, "--hive", hive],
            .. more,
        ];
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, TextWriter.Synchronized(_log));
        _running = Task.Run(() => CommandLineHost.RunAsync(words, terminal, _stop.Token));
    }

    public string Socket { get; }

    public string Log => _log.ToString();

    public static string SocketOf(string folder, string host) => Path.Combine(folder, $"{host}.sock");

    public static string StateOf(string folder, string host) => Path.Combine(folder, $"state-{host}");

    /// <summary>An agent that has begun to listen.</summary>
    public static async Task<AgentRun> StartAsync(
        string folder,
        string journal,
        string host = "h1",
        string hive = "sql",
        string[]? more = null
    )
    {
        var agent = new AgentRun(folder, journal, host, hive, more ?? []);
        var ready = agent.EventuallyAsync(agent.AnswersAsync, "its socket");
        if (await Task.WhenAny(agent._running, ready) == agent._running)
            Assert.Fail($"the agent ended with {await agent._running}: {agent.Log}");
        await ready;
        return agent;
    }

    /// <summary>An agent that does not come so far: what it said.</summary>
    public static async Task<ShellResult> RefuseAsync(string folder, string journal, string host = "h1", string hive = "sql")
    {
        await using var agent = new AgentRun(folder, journal, host, hive, []);
        var exit = await agent._running.WaitAsync(Patience);
        return new ShellResult(exit, "", agent.Log);
    }

    public async Task<JsonObject> StatusAsync()
    {
        await using var session = AgentSession.Open(Socket);
        return await session.StatusAsync(CancellationToken.None);
    }

    /// <summary>Waits for a value of the status.</summary>
    public Task BecomesAsync(string key, Func<string, bool> isWanted) =>
        EventuallyAsync(async () => isWanted((await StatusAsync())[key]?.ToString() ?? ""), key);

    /// <summary>Waits until its own copy of the network holds a position: it follows as any reader of the feed does.</summary>
    public Task KeepsAsync(long position) => EventuallyAsync(() => HoldsAsync(position), $"position {position} in its copy");

    /// <summary>Runs a command line that asks this agent.</summary>
    public Task<ShellResult> AskAsync(string line, string input = "") => Shell.RunAsync($"{line} --socket {Socket}", input);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
    }

    // The file is there a moment before anybody listens.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            return File.Exists(Socket) && await StatusAsync() is not null;
        }
        catch (FabricException)
        {
            return false;
        }
    }

    // The agent goes on to write, and who reads the files tidies them up: so they are read elsewhere.
    private async Task<bool> HoldsAsync(long position)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-copy-");
        try
        {
            foreach (var path in Directory.GetFiles(_state, "replica.*"))
                File.Copy(path, Path.Combine(folder.FullName, Path.GetFileName(path)));
            await using var copy = new ReplicaJournal(folder.FullName);
            return (await copy.LoadAsync(CancellationToken.None))?.Head.Position >= position;
        }
        catch (IOException)
        {
            // Renamed meanwhile.
            return false;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task EventuallyAsync(Func<Task<bool>> isSo, string what)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !await isSo(); await Task.Delay(10))
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience, $"{what}: {Log}");
    }
}
