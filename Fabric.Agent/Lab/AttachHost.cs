using System.Globalization;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Lab;

/// <summary>Attaches namespaces to ports: lays a cable, sets up the station at its end, and binds the port to the other end.</summary>
/// <remarks>The other end is where the agent is: in its network namespace, whatever this process is in.</remarks>
internal sealed class AttachHost(IAgentClient agent)
{
    private const int NameCharacters = 8;

    /// <summary>What the host's end of a port's cable is called: the same whenever asked, so that a cable is known by it.</summary>
    public static string InterfaceOf(DeviceName port)
    {
        var readable = port.Name[..Math.Min(port.Name.Length, NameCharacters)];
        var hash = NameHash.Of($"cable {port}") & 0xff_ffff;
        return string.Create(CultureInfo.InvariantCulture, $"{readable}-{hash:x6}");
    }

    /// <summary>Attaches a port; if anything fails nothing is left of it.</summary>
    /// <param name="name">The port, with or without its tenant.</param>
    /// <param name="target">What to attach.</param>
    /// <param name="interfaceName">What the interface is to be called there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was set up, and the agent's answer.</returns>
    /// <exception cref="FabricException">The port or the namespace does not exist, or is taken; the privilege is missing; no agent.</exception>
    public async Task<(Guest Guest, SubmitAnswer Answer)> AttachAsync(
        string name,
        AttachTarget target,
        string interfaceName,
        CancellationToken cancellation
    )
    {
        var topology = await agent.TopologyAsync(cancellation);
        var port = PortSearch.Find(topology, name);
        WhyNot(topology, port);
        var host = await SelfAsync(topology, cancellation);
        var guest = Guest.Of(topology, port, InterfaceOf(port.Name)) with { Interface = interfaceName };
        AtAgent(() => Connect(guest, target));
        try
        {
            return (guest, await BindAsync(port, new HostBinding(host, guest.HostInterface), $"attach to {target}", cancellation));
        }
        catch
        {
            AtAgent(() => GuestHost.Disconnect(guest.HostInterface));
            throw;
        }
    }

    /// <summary>Detaches a port, and takes its cable away if it was laid here; also one that a killed attach left behind.</summary>
    /// <returns>The interface that was removed; null if the port was bound to one that was not laid here, which stays.</returns>
    /// <exception cref="FabricException">The port does not exist or is not bound here; the privilege is missing; no agent.</exception>
    public async Task<string?> DetachAsync(string name, CancellationToken cancellation)
    {
        var topology = await agent.TopologyAsync(cancellation);
        var port = PortSearch.Find(topology, name);
        var cable = InterfaceOf(port.Name);
        var host = await SelfAsync(topology, cancellation);
        var isBoundHere = port.Binding?.Host == host;
        try
        {
            if (!isBoundHere && !(port.Binding is null && AtAgent(() => GuestHost.Disconnect(cable))))
                throw new FabricException(LabErrors.NotBound, $"port {port.Name} is not bound to an interface of this host");
            if (isBoundHere)
                await BindAsync(port, null, "detach", cancellation);
            var isOurs = !isBoundHere || (port.Binding!.Value.Interface == cable && AtAgent(() => GuestHost.Disconnect(cable)));
            return isOurs ? cable : null;
        }
        catch (LinuxException failure)
        {
            throw LabErrors.Of(failure);
        }
    }

    /// <summary>Runs a function in the network namespace that the agent is in.</summary>
    private T AtAgent<T>(Func<T> function)
    {
        if (agent.Process == Environment.ProcessId)
            return function();
        try
        {
            using var place = NetworkNamespace.OpenOfProcess(agent.Process);
            return NetworkNamespace.RunIn(place, "the agent's network namespace", function);
        }
        catch (LinuxException failure)
        {
            throw LabErrors.Of(failure);
        }
    }

    private static void WhyNot(TopologySnapshot topology, Port port)
    {
        if (port.Peer is { } peer)
            throw new FabricException(
                LabErrors.Bound,
                $"port {port.Name} is linked to port {topology.Ports[peer].Name}",
                "only a port without a link can be attached",
                "take a port that is not linked"
            );
        if (port.Binding is { } binding)
            throw new FabricException(
                LabErrors.Bound,
                $"port {port.Name} is bound to interface {binding.Interface} of host {topology.Hosts[binding.Host].Name}"
            );
    }

    private async Task<HostId> SelfAsync(TopologySnapshot topology, CancellationToken cancellation)
    {
        var status = await agent.StatusAsync(cancellation);
        var name = (string?)status["host"];
        return topology.Hosts.Values.FirstOrDefault(host => host.Name.Name == name)?.Id
            ?? throw new FabricException(CliErrors.Broken, "the agent does not tell which host it is on");
    }

    private static bool Connect(Guest guest, AttachTarget target)
    {
        try
        {
            using var space = target.Namespace is { } name ? NetworkNamespace.Open(name) : NetworkNamespace.OpenOfProcess(target.Process);
            CheckNames(guest, target, space);
            GuestHost.Connect(guest, space, target.ToString());
            return true;
        }
        catch (LinuxException missing) when (missing.Errno is Errno.NoEntry or Errno.NoProcess)
        {
            throw NoNamespace(target);
        }
        catch (ArgumentException)
        {
            throw NoNamespace(target);
        }
        catch (LinuxException failure)
        {
            throw LabErrors.Of(failure);
        }
    }

    private static void CheckNames(Guest guest, AttachTarget target, FileDescriptor space)
    {
        using var host = RouteSocket.Open();
        if (host.FindLink(guest.HostInterface) is not null)
            throw new FabricException(
                LabErrors.InterfaceTaken,
                $"there is an interface {guest.HostInterface} on this host already",
                "an attach that was killed may have left it",
                $"`sudo fabric attach --detach --port {guest.Port}` removes it"
            );
        using var routes = NetworkNamespace.RunIn(space, target.ToString(), RouteSocket.Open);
        if (routes.FindLink(guest.Interface) is not null)
            throw new FabricException(LabErrors.InterfaceTaken, $"there is an interface {guest.Interface} in the {target} already");
    }

    private static FabricException NoNamespace(AttachTarget target)
    {
        var nearest = target.Namespace is { } name ? NearestWord.Find(name, NetworkNamespace.List()) : null;
        return new FabricException(
            LabErrors.NoNamespace,
            $"there is no {target}",
            remedy: nearest is null ? null : $"did you mean '{nearest}'?"
        );
    }

    private async Task<SubmitAnswer> BindAsync(Port port, HostBinding? binding, string reason, CancellationToken cancellation)
    {
        var command = new TopologyCommand.BindPort(port.Id, binding);
        var envelope = new CommandEnvelope(NetworkHost.RandomRequest(), NetworkHost.Author, reason, command);
        var answer = await agent.SubmitAsync(envelope, cancellation);
        if (answer.Rejection is { } rejection)
            throw new FabricException(LabErrors.Bound, $"port {port.Name} cannot be bound", rejection.Message);
        return answer;
    }
}
