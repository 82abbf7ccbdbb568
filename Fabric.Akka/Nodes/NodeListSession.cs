using System.Collections.Immutable;
using System.Globalization;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Nodes;

/// <summary>How nodes find each other: each keeps a row in the journal's database, and a node that begins joins those whose rows are fresh.</summary>
/// <remarks>No seed need be named, and of two that begin at once on an empty list only one founds a cluster.</remarks>
internal sealed class NodeListSession(SqlJournal journal)
{
    /// <summary>How often a node renews its row.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a row counts.</summary>
    internal static readonly TimeSpan Term = TimeSpan.FromSeconds(5);

    private const string Lock = "UPDATE akka_arbiter SET owner = owner WHERE name = 'nodes'";
    private const string SelectOthers = "SELECT address FROM akka_node WHERE address <> $1 AND renewed > {0} - $2 ORDER BY renewed DESC";
    private const string Put =
        "INSERT INTO akka_node (address, renewed) VALUES ($1, {0}) ON CONFLICT (address) DO UPDATE SET renewed = excluded.renewed";
    private const string Remove = "DELETE FROM akka_node WHERE address = $1 OR renewed <= {0} - $2";

    /// <summary>The nodes to join, or none: then this one is on the list, and is to found the cluster.</summary>
    internal ValueTask<ImmutableArray<string>> EnterAsync(string address, CancellationToken cancellation) =>
        journal.WriteAsync(
            "look for the other nodes",
            async session =>
            {
                await session.ExecuteAsync(Lock, cancellation);
                var others = await session.AskAsync(At(session, SelectOthers), cancellation, address, (long)Term.TotalMilliseconds);
                if (others.IsEmpty)
                    await session.ExecuteAsync(At(session, Put), cancellation, address);
                return others;
            },
            cancellation
        );

    /// <summary>Says that a node is up.</summary>
    internal async ValueTask RenewAsync(string address, CancellationToken cancellation) =>
        await journal.WriteAsync(
            "renew the row of a node",
            session => session.ExecuteAsync(At(session, Put), cancellation, address),
            cancellation
        );

    /// <summary>Takes a node from the list, and those that have long been silent.</summary>
    internal async ValueTask LeaveAsync(string address, CancellationToken cancellation) =>
        await journal.WriteAsync(
            "remove the row of a node",
            session => session.ExecuteAsync(At(session, Remove), cancellation, address, (long)Term.TotalMilliseconds * 10),
            cancellation
        );

    private static string At(SqlSession session, string sql) => string.Format(CultureInfo.InvariantCulture, sql, session.Clock);
}
