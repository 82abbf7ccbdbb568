using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;

namespace Fabric.Bench.Upcalls;

/// <summary>A datapath that does whatever it is told, at once and for nothing: what is left is the agent's own work.</summary>
internal sealed class WillingDatapath : IDatapath
{
    private readonly List<FlowAnswer> _answers = [];
    private uint _ports;

    /// <summary>The flows that stand, the oldest first.</summary>
    public Queue<FlowId> Flows { get; } = new();

    /// <inheritdoc/>
    public string Kind => "none";

    /// <inheritdoc/>
    public uint AddPort(string interfaceName) => ++_ports;

    /// <inheritdoc/>
    public uint AddTunnel(ushort udpPort, IReadOnlyList<Fabric.Addresses.IpAddress> own) => ++_ports;

    /// <inheritdoc/>
    public void Listen(uint port) { }

    /// <inheritdoc/>
    public void RemovePort(uint port) { }

    /// <inheritdoc/>
    public void TakeVanishedPorts(ICollection<uint> ports) { }

    /// <inheritdoc/>
    public void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout) => batch.Clear();

    /// <inheritdoc/>
    public void Put(DatapathFlow flow)
    {
        Flows.Enqueue(flow.Id);
        _answers.Add(new FlowAnswer(flow.Id, FlowAnswerKind.Installed, 0, null, default));
    }

    /// <inheritdoc/>
    public void Delete(FlowId flow) => _answers.Add(new FlowAnswer(flow, FlowAnswerKind.Deleted, 0, null, default));

    /// <inheritdoc/>
    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) { }

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions) { }

    /// <inheritdoc/>
    public void Flush() { }

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers)
    {
        foreach (var answer in _answers)
            answers.Add(answer);
        _answers.Clear();
    }

    /// <inheritdoc/>
    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics)
    {
        statistics = default;
        return true;
    }

    /// <inheritdoc/>
    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings) => RoundProgress.Ended;

    /// <inheritdoc/>
    public void DetachLeftovers(IReadOnlyCollection<uint> claimed) { }

    /// <inheritdoc/>
    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted) => [];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> GetFigures() => new Dictionary<string, long>();

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters) { }

    /// <inheritdoc/>
    public void Dispose() { }
}
