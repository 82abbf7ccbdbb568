namespace Fabric.Changes;

/// <summary>A command with who sent it, why, and under which request.</summary>
/// <param name="Request">Chosen by the sender at random; a request that was answered before gets the same answer and changes nothing.</param>
/// <param name="Author">Who wants it, for the journal: 1..128 characters.</param>
/// <param name="Reason">Why, in the author's words, up to 1024 characters; may be empty.</param>
/// <param name="Command">The wish.</param>
public sealed record CommandEnvelope(RequestId Request, string Author, string Reason, TopologyCommand Command);
