using System.Collections.Immutable;
using System.Globalization;
using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Topology.Journal;

// The statements of the leases that lie beside a journal. Ids are numbers of 64 bits without sign, stored as the signed ones of the same bits.
internal abstract partial class SqlSession
{
    private const string SelectLeases =
        "SELECT host, name, incarnation, place, boot, roles, level, position, released, {0} - renewed FROM lease";
    private const string UpsertLease =
        "INSERT INTO lease (host, name, incarnation, place, boot, roles, level, position, renewed, released) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {0}, 0) "
        + "ON CONFLICT (host) DO UPDATE SET name = excluded.name, incarnation = excluded.incarnation, place = excluded.place, "
        + "boot = excluded.boot, roles = excluded.roles, level = excluded.level, position = excluded.position, renewed = excluded.renewed, "
        + "released = 0 "
        + "WHERE lease.incarnation = excluded.incarnation OR lease.incarnation = $9 OR lease.released = 1 OR lease.renewed <= {0} - $10";
    private const string ReleaseLease = "UPDATE lease SET released = 1 WHERE host = $1 AND incarnation = $2";

    /// <summary>The time in milliseconds since 1970, by the database's clock, as SQL.</summary>
    internal abstract string Clock { get; }

    /// <summary>Enters or renews a lease within a transaction.</summary>
    /// <returns>False if another incarnation has it and it is fresh.</returns>
    internal async Task<bool> RenewLeaseAsync(Lease lease, ulong replaced) =>
        await Statement(
                WithClock(UpsertLease),
                (long)lease.Host.Value,
                lease.Name,
                (long)lease.Incarnation,
                lease.Holder.Place,
                lease.Holder.Boot,
                (long)lease.Roles,
                (long)lease.Level,
                lease.Position,
                (long)replaced,
                (long)Lease.Term.TotalMilliseconds
            )
            .ExecuteNonQueryAsync() > 0;

    /// <summary>Marks a lease as given back, within a transaction.</summary>
    internal Task ReleaseLeaseAsync(HostId host, ulong incarnation) =>
        Statement(ReleaseLease, (long)host.Value, (long)incarnation).ExecuteNonQueryAsync();

    /// <summary>Reads all leases.</summary>
    internal async Task<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation)
    {
        var rows = ImmutableArray.CreateBuilder<LeaseRow>();
        await using var row = await Statement(WithClock(SelectLeases)).ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var lease = new Lease(
                new HostId((ulong)row.GetInt64(0)),
                row.GetString(1),
                (ulong)row.GetInt64(2),
                new LeaseHolder(row.GetString(3), row.GetString(4)),
                (MemberRoles)row.GetInt64(5),
                (int)row.GetInt64(6),
                row.GetInt64(7)
            );
            rows.Add(new LeaseRow(lease, TimeSpan.FromMilliseconds(Math.Max(0, row.GetInt64(9))), row.GetInt64(8) != 0));
        }
        rows.Sort((one, other) => one.Lease.Host.Value.CompareTo(other.Lease.Host.Value));
        return rows.DrainToImmutable();
    }

    /// <summary>Begins a transaction that need not survive the end of the server: a lease that is lost is renewed.</summary>
    internal virtual Task BeginBriefAsync(CancellationToken cancellation) => BeginAsync(cancellation);

    private string WithClock(string statement) => string.Format(CultureInfo.InvariantCulture, statement, Clock);
}
