using Fabric.Addresses;
using Fabric.Agent.Cli.Client;

namespace Fabric.Agent.Lab;

/// <summary>Asks a lab's agent what becomes of a packet, and why.</summary>
internal static class WhyHost
{
    /// <summary>The packet that begins a TCP connection between two stations, as `fabric trace` reads it.</summary>
    public static string Packet(Guest from, Guest to, IpFamily family, ushort port)
    {
        var (protocol, field) = family == IpFamily.V4 ? ("tcp", "nw_dst") : ("tcp6", "ipv6_dst");
        return $"in_port={from.Port.Name},{protocol},{field}={to.AddressOf(family)},tp_dst={port}";
    }

    /// <summary>How that packet ends, in one sentence.</summary>
    /// <exception cref="Errors.FabricException">The agent does not answer.</exception>
    public static async Task<string> AskAsync(LabName lab, string packet, CancellationToken cancellation)
    {
        await using var agent = AgentSession.Open(lab.Socket);
        var report = await agent.TraceAsync(packet, cancellation);
        return (string?)report["why"] ?? (string?)report["error"]?["message"] ?? "the agent does not say";
    }
}
