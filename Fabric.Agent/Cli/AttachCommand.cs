using System.CommandLine;
using System.Text;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Errors;
using Fabric.Agent.Lab;

namespace Fabric.Agent.Cli;

/// <summary>`fabric attach`.</summary>
internal sealed class AttachCommand : CliCommand
{
    private readonly Option<string> _port = new("--port")
    {
        Description = "The port: PORT, or TENANT/PORT.",
        HelpName = "PORT",
        Required = true,
        CompletionSources = { LiveNames.Ports },
    };

    private readonly Option<string?> _namespace = new("--netns") { Description = "The network namespace to attach.", HelpName = "NAME" };

    private readonly Option<int?> _process = new("--pid")
    {
        Description = "Attach the network namespace of this process instead.",
        HelpName = "N",
    };

    private readonly Option<string> _interface = new("--ifname")
    {
        Description = "What the interface is to be called in the namespace.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Guest.DefaultInterface,
    };

    private readonly Option<bool> _detach = new("--detach") { Description = "Detach the port, and remove its interface." };

    private readonly WaitOption _wait = new();

    /// <inheritdoc/>
    public override string Summary => "Attaches a network namespace to a port, with the port's addresses and a default route.";

    /// <inheritdoc/>
    public override string Details =>
        "fabric attach --netns NAME --port PORT, fabric attach --pid N --port PORT, fabric attach --detach --port PORT. Needs root.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_port);
        command.Options.Add(_namespace);
        command.Options.Add(_process);
        command.Options.Add(_interface);
        command.Options.Add(_detach);
        _wait.AddTo(command);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var target = Target(call);
        await using var agent = AgentSession.Open(call.Socket);
        var attach = new AttachHost(agent);
        var port = call.Line.GetValue(_port)!;
        if (target is { } wanted)
        {
            var clock = new WaitClock(TimeProvider.System);
            var (guest, answer) = await attach.AttachAsync(port, wanted, Interface(call), call.Cancellation);
            var addresses = guest.Addresses.IsEmpty ? "without addresses" : string.Join(", ", guest.Addresses);
            call.Note($"port {guest.Port} is attached to the {wanted} as {guest.Interface}, {addresses}");
            return await WaitPath.RunAsync(_wait, agent, answer, clock, call);
        }
        if (await attach.DetachAsync(port, call.Cancellation) is { } removed)
            call.Note($"port {port} is detached, and interface {removed} removed");
        else
            call.Note($"port {port} is detached; its interface was not made by `fabric attach`, and stays");
        return ExitCode.Ok;
    }

    /// <summary>What to attach; null to detach.</summary>
    private AttachTarget? Target(CommandCall call)
    {
        var (name, process) = (call.Line.GetValue(_namespace), call.Line.GetValue(_process));
        var isDetaching = call.Line.GetValue(_detach);
        var given = (name is null ? 0 : 1) + (process is null ? 0 : 1) + (isDetaching ? 1 : 0);
        if (given != 1)
            throw new FabricException(CliErrors.Usage, "`fabric attach` takes one of --netns, --pid and --detach");
        return isDetaching ? null
            : name is null ? AttachTarget.Of(process!.Value)
            : AttachTarget.Of(name);
    }

    private string Interface(CommandCall call)
    {
        var name = call.Line.GetValue(_interface)!;
        var isLegal = name.Length > 0 && name is not ("." or "..") && name.All(c => c != '/' && c != ':' && !char.IsWhiteSpace(c));
        return isLegal && Encoding.UTF8.GetByteCount(name) <= Guest.MaxInterfaceNameBytes
            ? name
            : throw new FabricException(
                CliErrors.Usage,
                $"'{name}' cannot name an interface",
                $"1 to {Guest.MaxInterfaceNameBytes} bytes, without blanks, '/' and ':'"
            );
    }
}
