using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths;

/// <summary>What forwards packets by flows: the kernel module, the agent's own, or one in memory for tests.</summary>
/// <remarks>
/// All members are called by the one upcall thread that owns the object, so that a delete never overtakes its create; several threads have
/// an object each of the same datapath, and each its ports. Work that is queued takes effect at the next <see cref="Flush"/>; what became
/// of it is told by <see cref="TakeAnswers"/>.
/// </remarks>
public interface IDatapath : IDisposable
{
    /// <summary>The kind, for status and logs.</summary>
    string Kind { get; }

    /// <summary>Attaches an interface of this host and gives it a datapath port number.</summary>
    /// <remarks>One that an agent before this one left attached keeps its number.</remarks>
    /// <param name="interfaceName">The interface's name.</param>
    /// <exception cref="LinuxException">The interface does not exist, is in use, or may not be opened.</exception>
    uint AddPort(string interfaceName);

    /// <summary>Opens the port by which packets go to other hosts and come from them, as VXLAN (RFC 7348); flows say to whom and by which key.</summary>
    /// <remarks>One a datapath, at one of its objects. Called again it takes other addresses and keeps its number.</remarks>
    /// <param name="udpPort">Where all hosts listen.</param>
    /// <param name="own">This host's addresses on the underlay; 1 or more.</param>
    /// <exception cref="LinuxException">The UDP port is taken, an address is not this host's, or the kernel cannot do it.</exception>
    uint AddTunnel(ushort udpPort, IReadOnlyList<IpAddress> own);

    /// <summary>Has the packets of a port that miss come here from now on; before that they are lost.</summary>
    void Listen(uint port);

    /// <summary>Detaches a port; its interface stays. Unknown numbers are ignored.</summary>
    void RemovePort(uint port);

    /// <summary>Ports that are detached since the last call without having been removed: their interfaces vanished, or another program took them off.</summary>
    void TakeVanishedPorts(ICollection<uint> ports);

    /// <summary>Waits until a packet misses, the wake descriptor is readable, or time is up; forwards what hits meanwhile.</summary>
    /// <param name="batch">Filled with the misses; emptied first.</param>
    /// <param name="wake">Ends the wait when it becomes readable; it is not read. The same one at every call.</param>
    /// <param name="timeout">How long to wait at most.</param>
    void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout);

    /// <summary>Queues a flow to be installed.</summary>
    void Put(DatapathFlow flow);

    /// <summary>Queues a flow to be deleted; its last statistics come with the answer.</summary>
    void Delete(FlowId flow);

    /// <summary>Queues actions to be executed on an upcall's packet.</summary>
    void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions);

    /// <summary>Queues actions to be executed on a frame that is not in the datapath any more: one that waited, or that the agent made.</summary>
    void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions);

    /// <summary>Carries out what was queued, in order.</summary>
    void Flush();

    /// <summary>What became of queued flows since the last call, in order.</summary>
    void TakeAnswers(ICollection<FlowAnswer> answers);

    /// <summary>Asks for the statistics of one flow; false if the datapath certainly does not hold it.</summary>
    bool TryGetStatistics(FlowId flow, out FlowStatistics statistics);

    /// <summary>Goes on reading the statistics of all flows; after the end the next call begins anew.</summary>
    /// <remarks>A flow that is installed or deleted meanwhile may be read or not, and a flow that is there may be missed.</remarks>
    /// <param name="limit">Flows to read about, so that a turn stays short.</param>
    /// <param name="readings">Receives them.</param>
    /// <returns>Whether the next call goes on, and if not, whether the round was whole.</returns>
    RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings);

    /// <summary>Detaches the interfaces that an agent before this one left attached and that <see cref="AddPort"/> was not called for since.</summary>
    /// <param name="claimed">Ports of the other threads of this host.</param>
    void DetachLeftovers(IReadOnlyCollection<uint> claimed);

    /// <summary>Takes the flows that an agent before this one left for packets that come in by certain ports. Once a port.</summary>
    IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted);

    /// <summary>Figures for status, by name, which add up over the threads' objects: what this one lost; the first tells besides what the datapath holds.</summary>
    IReadOnlyDictionary<string, long> GetFigures();

    /// <summary>Frames received, sent and dropped so far, by port.</summary>
    void GetPortCounters(ICollection<PortCounters> counters);
}
