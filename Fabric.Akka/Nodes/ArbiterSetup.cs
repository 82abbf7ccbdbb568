using Akka.Actor.Setup;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Nodes;

/// <summary>Hands the journal to the <see cref="ArbiterSession"/>, which the actor system makes by its name.</summary>
internal sealed class ArbiterSetup(SqlJournal journal) : Setup
{
    internal SqlJournal Journal => journal;
}
