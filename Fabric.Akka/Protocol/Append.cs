using Fabric.Changes;

namespace Fabric.Akka.Protocol;

/// <summary>A command on its way to the writer; answered with a <see cref="Topology.Journal.StoreOutcome"/>.</summary>
internal sealed record Append(CommandEnvelope Envelope);
