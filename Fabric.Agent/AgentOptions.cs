namespace Fabric.Agent;

/// <summary>How an agent runs on this host.</summary>
public sealed record AgentOptions
{
    /// <summary>The name of this host in the description; the machine's name by default.</summary>
    public string HostName { get; init; } = Environment.MachineName;

    /// <summary>Where the journal is: a SQLite file that all agents of this machine share.</summary>
    public string Journal { get; init; } = "/var/lib/fabric/journal.db";

    /// <summary>The unix socket that commands come by.</summary>
    public string Socket { get; init; } = DefaultSocket;

    /// <summary>What forwards packets.</summary>
    public DatapathKind Datapath { get; init; } = DatapathKind.User;

    /// <summary>The socket when none is named.</summary>
    public const string DefaultSocket = "/run/fabric/agent.sock";
}
