using System.Collections.Immutable;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Lab;

/// <summary>How large a lab is, and what that makes of its parts.</summary>
/// <remarks>
/// A lab of one host has it in the namespace of whoever starts it. Each host of a larger one is a namespace with an agent in it, and the
/// namespace called net has the switch between them.
/// </remarks>
public sealed record LabPlan
{
    /// <summary>Most hosts.</summary>
    public const int MaxHosts = 64;

    /// <summary>Most ports.</summary>
    public const int MaxPorts = 400;

    /// <summary>Fewest ports.</summary>
    public const int MinPorts = 4;

    /// <summary>Plans a lab.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="hosts">1 to <see cref="MaxHosts"/>.</param>
    /// <param name="ports">4 to <see cref="MaxPorts"/>; as many as there are hosts, but four at least, if not said.</param>
    public LabPlan(LabName name, int hosts = 1, int? ports = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hosts, Math.Clamp(hosts, 1, MaxHosts));
        (Name, Hosts, Ports) = (name, hosts, ports ?? Math.Max(MinPorts, hosts));
        ArgumentOutOfRangeException.ThrowIfNotEqual(Ports, Math.Clamp(Ports, MinPorts, MaxPorts));
    }

    /// <summary>What it is called.</summary>
    public LabName Name { get; }

    /// <summary>Hosts, each with an agent.</summary>
    public int Hosts { get; }

    /// <summary>Ports, each with a station.</summary>
    public int Ports { get; }

    /// <summary>There are several hosts, in namespaces of their own.</summary>
    public bool IsWide => Hosts > 1;

    /// <summary>The network that docs/examples/lab.yaml describes.</summary>
    public bool IsPlain => Hosts == 1 && Ports == MinPorts;

    /// <summary>The hosts' names in the description, in order.</summary>
    public ImmutableArray<string> HostNames =>
        IsWide ? [.. Enumerable.Range(1, Hosts).Select(number => $"h{Text(number)}")] : [LabDescription.HostName];

    /// <summary>The namespace with the switch between the hosts.</summary>
    public string SwitchNamespace => $"{Name.Prefix}net";

    /// <summary>The namespace of a host; null for this one.</summary>
    public string? NamespaceOf(string host) => IsWide ? $"{Name.Prefix}{host}" : null;

    /// <summary>The agent's socket. In a wide lab the first host's is also <see cref="LabName.Socket"/>.</summary>
    public string SocketOf(string host) => IsWide ? $"{Name.Folder}/{host}.sock" : Name.Socket;

    /// <summary>What the agent wrote.</summary>
    public string LogOf(string host) => IsWide ? $"{Name.Folder}/{host}.log" : Name.Log;

    /// <summary>What the agent keeps for itself.</summary>
    public string StateOf(string host) => $"{Name.Folder}/state/{host}";

    /// <summary>Where a host's tunnels end, IPv4 first.</summary>
    /// <param name="index">The host's place from 0.</param>
    public static ImmutableArray<InterfaceAddress> UnderlayOf(int index) =>
        [
            new(IpAddress.Parse($"192.0.2.{Text(index + 1)}"), 24),
            new(IpAddress.Parse($"2001:db8::{(index + 1).ToString("x", CultureInfo.InvariantCulture)}"), 64),
        ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
