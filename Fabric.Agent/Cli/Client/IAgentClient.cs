using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Client;

/// <summary>What commands ask of an agent. docs/cli.md lists the calls as HTTP.</summary>
/// <remarks>Every call throws a <see cref="Errors.FabricException"/> if the agent is not there, breaks off or refuses the call itself.</remarks>
public interface IAgentClient : IAsyncDisposable
{
    /// <summary>The agent's process; 0 if it has not answered yet, or cannot be seen from here.</summary>
    int Process { get; }

    /// <summary>How the agent is.</summary>
    Task<JsonObject> StatusAsync(CancellationToken cancellation);

    /// <summary>The description of the network as the agent has it.</summary>
    Task<TopologySnapshot> TopologyAsync(CancellationToken cancellation);

    /// <summary>Asks for a change; repeating an envelope changes nothing twice.</summary>
    Task<SubmitAnswer> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation);

    /// <summary>The connections that packets of the agent's host have begun.</summary>
    Task<JsonObject> ConnectionsAsync(CancellationToken cancellation);

    /// <summary>The members behind balancers: an object with `items`.</summary>
    Task<JsonObject> BalancersAsync(CancellationToken cancellation);

    /// <summary>The actors of devices: an object with `writer`, `silent`, and `items`, each with `kind`, `device`, `node`, `shard` and `waiting`.</summary>
    Task<JsonObject> ActorsAsync(CancellationToken cancellation);

    /// <summary>Who changed what, the newest first: an object with `head`, `next` and `items`.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="text">Only those that hold it; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<JsonObject> EventsAsync(int limit, string? text, CancellationToken cancellation);

    /// <summary>The description of the network as it was at a position of the journal.</summary>
    Task<TopologySnapshot> TopologyAtAsync(long position, CancellationToken cancellation);

    /// <summary>Takes note of an alarm.</summary>
    /// <exception cref="Errors.FabricException">There is none of that key.</exception>
    Task AcknowledgeAlarmAsync(string key, CancellationToken cancellation);

    /// <summary>Any call that only reads and answers JSON, by its path and query; docs/cli.md lists them.</summary>
    Task<JsonObject> ReadAsync(string target, CancellationToken cancellation);

    /// <summary>Simulates a packet in the agent's network with what the agent has learned; the answer is as `fabric simulate` writes it.</summary>
    /// <param name="packet">A line as `fabric simulate` reads it.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<JsonObject> TraceAsync(string packet, CancellationToken cancellation);

    /// <summary>The packets of a port that came since the last question; the first begins to capture, and a host that is asked no more ends it.</summary>
    /// <param name="host">The host that the port is at.</param>
    /// <param name="port">Its whole name.</param>
    /// <param name="capture">Which capture of that port: any word, the same each time.</param>
    /// <param name="after">The number of the last packet that has come; 0 for none.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<JsonObject> CaptureAsync(string host, string port, string capture, long after, CancellationToken cancellation);

    /// <summary>Waits for hosts to reach a position, at most some seconds; docs/cli.md tells what the answer holds.</summary>
    /// <param name="position">The position.</param>
    /// <param name="level">What they are to have done with it.</param>
    /// <param name="hosts">Their names; default for all that take part.</param>
    /// <param name="patience">0 to 30 s.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<JsonObject> ReachedAsync(
        long position,
        WaitLevel level,
        ImmutableArray<string> hosts,
        TimeSpan patience,
        CancellationToken cancellation
    );
}
