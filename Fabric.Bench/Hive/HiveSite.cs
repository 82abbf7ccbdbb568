using Fabric.Changes;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Bench.Hive;

/// <summary>A hive with the large network, and commands for it.</summary>
internal static class HiveSite
{
    /// <summary>Describes the network in a new journal, and stores the snapshot that a long life would have left there.</summary>
    public static async Task FillAsync(string journal, HiveEffort effort, CancellationToken stop) =>
        await FillAsync(journal, effort.Ports, effort.Members, stop);

    /// <summary>The same with another number of ports.</summary>
    public static async Task FillAsync(string journal, int ports, int members, CancellationToken stop)
    {
        await using var hive = await new SqlHiveFactory().OpenAsync(journal, new HiveOptions(), stop);
        await SubmitAsync(hive, LargeNetwork.Describe(ports, members), stop);
        await using var file = new SqlJournal(new SqlJournalOptions(journal));
        var (topology, head) = hive.Replica.State;
        await file.WriteSnapshotAsync(new StoredSnapshot(head, SnapshotPayload.Encode(topology)), _ => true, stop);
    }

    /// <summary>Has a command stored, and tells where.</summary>
    public static async Task<long> SubmitAsync(IHive hive, TopologyCommand command, CancellationToken stop)
    {
        var answer = await hive.SubmitAsync(Envelope(command), stop);
        return answer is SubmitResult.Accepted accepted
            ? accepted.Position
            : throw new IOException($"a command of the benchmark is refused: {answer}");
    }

    /// <summary>A command as a request of its own.</summary>
    public static CommandEnvelope Envelope(TopologyCommand command) =>
        new(new RequestId(BitConverter.ToUInt128(Guid.NewGuid().ToByteArray())), "bench", "a benchmark", command);
}
