using System.Collections.Immutable;
using Fabric.Changes;

namespace Fabric.Agent.Cli.Client;

/// <summary>The answer to a change: where it stands in the journal, or why not.</summary>
/// <param name="Position">The position of the journal that it is stored at; of the last one if nothing needed to happen.</param>
/// <param name="Events">How many events it was.</param>
/// <param name="Rejection">Why nothing happened, or null.</param>
/// <param name="Hosts">The names of the hosts that the change concerns.</param>
/// <param name="Changed">With a rejection: the last change of the device that stands in the way, where the journal tells it.</param>
public sealed record SubmitAnswer(
    long Position,
    int Events,
    Rejection? Rejection,
    ImmutableArray<string> Hosts = default,
    ChangeRecord? Changed = null
);
