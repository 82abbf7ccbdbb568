using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;

namespace Fabric.Tests.Upcalls;

/// <summary>A datapath that does whatever it is told and remembers only which flows stand, so that what is allocated is the agent's.</summary>
internal sealed class WillingDatapath : IDatapath
{
    private readonly List<FlowAnswer> _answers = [];
    private uint _ports;

    /// <summary>The flows that stand, the oldest first.</summary>
    public Queue<FlowId> Standing { get; } = new();

    /// <summary>Is told of frames that the agent made.</summary>
    public Action<byte[], FlowAction[]>? Executed { get; init; }

    public string Kind => "willing";

    public uint AddPort(string interfaceName) => ++_ports;

    public uint AddTunnel(ushort udpPort, IReadOnlyList<Fabric.Addresses.IpAddress> own) => ++_ports;

    public void Put(DatapathFlow flow)
    {
        Standing.Enqueue(flow.Id);
        _answers.Add(new FlowAnswer(flow.Id, FlowAnswerKind.Installed, 0, null, default));
    }

    public void Delete(FlowId flow) => _answers.Add(new FlowAnswer(flow, FlowAnswerKind.Deleted, 0, null, default));

    public void TakeAnswers(ICollection<FlowAnswer> answers)
    {
        foreach (var answer in _answers)
            answers.Add(answer);
        _answers.Clear();
    }

    public void Listen(uint port) { }

    public void RemovePort(uint port) { }

    public void TakeVanishedPorts(ICollection<uint> ports) { }

    public void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout) => batch.Clear();

    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) { }

    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions) =>
        Executed?.Invoke(frame.ToArray(), actions.ToArray());

    public void Flush() { }

    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics) => throw new NotSupportedException();

    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings) => throw new NotSupportedException();

    public void DetachLeftovers(IReadOnlyCollection<uint> claimed) { }

    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted) => [];

    public IReadOnlyDictionary<string, long> GetFigures() => new Dictionary<string, long>();

    public void GetPortCounters(ICollection<PortCounters> counters) { }

    public void Dispose() { }
}
