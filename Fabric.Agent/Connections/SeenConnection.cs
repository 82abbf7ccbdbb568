using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Connections;

/// <summary>What a host knows of a connection, and when it, or who told it, saw a packet of it last, by the host's clock.</summary>
internal readonly record struct SeenConnection(ConnectionRecord Record, TimeSpan LastSeen)
{
    /// <summary>Which connection it is of; one that has ended and its successor are one subject.</summary>
    public (ConnectionKey Forward, ConnectionKey Return) Subject => (Record.Forward, Record.Return);

    /// <summary>Both together.</summary>
    public static SeenConnection Combine(SeenConnection one, SeenConnection other) =>
        new(ConnectionRecord.Combine(one.Record, other.Record), one.LastSeen > other.LastSeen ? one.LastSeen : other.LastSeen);
}
