using System.Diagnostics;
using System.Text.Json;
using Fabric.Agent;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>An agent in charge of the kernel module, in a process of its own.</summary>
internal sealed class FabricContender(RunFolder folder) : KernelContender(OwnName, folder, isRouted: true)
{
    public const string OwnName = "fabric";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private Process? _process;

    /// <inheritdoc/>
    public override int ProcessId => Started.Id;

    /// <inheritdoc/>
    protected override string DatapathName => AgentOptions.DefaultDatapathName;

    private Process Started => _process ?? throw new InvalidOperationException("the agent was not started");

    /// <inheritdoc/>
    public override string NextHopOf(GuestPlan from, GuestPlan to) => KernelNetwork.GatewayMacOf(from);

    /// <inheritdoc/>
    public override Task ForgetFlowsAsync(CancellationToken stop)
    {
        Ask(AgentRequest.ForgetFlows);
        return AwaitNoFlowsAsync(stop);
    }

    /// <summary>Asks the agent, and waits for its answer.</summary>
    public AgentAnswer Ask(AgentRequest request)
    {
        Started.StandardInput.WriteLine(request);
        return Hear();
    }

    /// <inheritdoc/>
    protected override Task ForwardAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = [Environment.GetCommandLineArgs()[0], KernelAgentRun.Word, Folder.File("journal.db")];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Site.Middle.Run(() => Process.Start(start));
        Hear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask EndAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.Dispose();
        }
        return default;
    }

    private AgentAnswer Hear()
    {
        var line = Started.StandardOutput.ReadLineAsync();
        if (!line.Wait(s_patience) || line.Result is null)
            throw new IOException("the agent does not answer");
        return JsonSerializer.Deserialize<AgentAnswer>(line.Result) ?? throw new IOException("the agent answers nothing");
    }
}
