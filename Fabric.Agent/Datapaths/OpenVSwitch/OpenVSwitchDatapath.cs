using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>The Open vSwitch kernel module as a datapath: flows by generic netlink, misses by upcall, no other program in between.</summary>
/// <remarks>
/// One object an upcall thread, all of the same datapath; the first holds the lease. What the kernel has outlives them: flows go on forwarding
/// when the agent ends, and the next one adopts them. Cut by aspect: Ports, Flows, Statistics.
/// </remarks>
public sealed partial class OpenVSwitchDatapath : IDatapath
{
    private const ulong WakeToken = ulong.MaxValue;

    /// <summary>Netlink ports that stay the same when the agent is another: a flow that outlives this one sends there. No process has such a number.</summary>
    private const uint FirstLastingPort = 1 << 30;

    /// <summary>The kernel that has OVS_ACTION_ATTR_CHECK_PKT_LEN.</summary>
    private static readonly Version s_firstThatTellsLength = new(5, 2);

    private readonly OvsControlSession _control;
    private readonly OvsDatapath _datapath;
    private readonly TimeProvider _clock;
    private readonly PollSet _pollSet = new();
    private readonly PollEvent[] _events = new PollEvent[PollSet.MaxEvents];
    private readonly UpcallMemory _memory = new();
    private readonly UpcallQueue _queue = new();

    // Takes what comes by processor: everything, if that was chosen; else what other programs have the kernel send so.
    private readonly OvsPort _byProcessor;

    // Where flows send frames that are longer than a tunnel takes: to the first thread's, and to that of the next agent.
    private readonly uint _longFramesTo;
    private readonly UpcallDispatch _dispatch;
    private readonly OvsPortNumbers _numbers;
    private DatapathLeaseSocket? _lease;
    private FileDescriptor? _wakeDescriptor;
    private long _malformedUpcalls;

    private OpenVSwitchDatapath(
        OvsControlSession control,
        OvsDatapath datapath,
        UpcallDispatch dispatch,
        OvsPortNumbers numbers,
        TimeProvider clock
    )
    {
        (_control, _datapath, _dispatch, _numbers, _clock) = (control, datapath, dispatch, numbers, clock);
        var lasting = FirstLastingPort + (uint)datapath.Index;
        _longFramesTo = Environment.OSVersion.Version >= s_firstThatTellsLength ? lasting : 0;
        _byProcessor = new OvsPort(uint.MaxValue) { Socket = OvsUpcallSocket.Open(lasting) };
        _pollSet.Add(_byProcessor.Socket!.Descriptor, _byProcessor.Number);
        _dump = new OvsFlowDumpSession(control.FlowFamily, datapath.Index);
    }

    /// <inheritdoc/>
    public string Kind => "kernel";

    /// <summary>Makes the datapath of a name in this network namespace, or takes over the one that an agent before this one left.</summary>
    /// <param name="name">The datapath's name, and that of its interface in the host.</param>
    /// <param name="threads">How many upcall threads there are, 1 or more.</param>
    /// <param name="dispatch">How the kernel spreads upcalls over them.</param>
    /// <param name="clock">The agent's clock, which must be the system's: the kernel stamps flows with it.</param>
    /// <returns>An object for each thread.</returns>
    /// <exception cref="LinuxException">The module is not there or too old, the privilege is missing, or the name is in use; nothing was changed.</exception>
    public static ImmutableArray<IDatapath> Open(string name, int threads, UpcallDispatch dispatch, TimeProvider clock)
    {
        var numbers = new OvsPortNumbers();
        var opened = new List<OpenVSwitchDatapath>();
        var lease = DatapathLeaseSocket.Acquire(name);
        try
        {
            while (opened.Count < threads)
            {
                var control = OvsControlSession.Open();
                opened.Add(
                    new OpenVSwitchDatapath(
                        control,
                        control.OpenDatapath(name, dispatch == UpcallDispatch.Processor),
                        dispatch,
                        numbers,
                        clock
                    )
                );
            }
            DirectByProcessor(opened);
            opened[0]._lease = lease;
            return [.. opened];
        }
        catch
        {
            opened.ForEach(datapath => datapath.Dispose());
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Removes the datapath of a name with all its ports and flows; the interfaces stay.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="LinuxException">An agent uses it, or the kernel refuses.</exception>
    public static bool Remove(string name)
    {
        using var lease = DatapathLeaseSocket.Acquire(name);
        try
        {
            using var control = OvsControlSession.Open();
            return control.DeleteDatapath(name);
        }
        catch (NetlinkException absent) when (absent.Errno == Errno.NoEntry)
        {
            // Without the module there is no datapath either.
            return false;
        }
    }

    /// <inheritdoc/>
    public void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        WatchWake(wake);
        Wait(_queue.IsEmpty ? (int)timeout.TotalMilliseconds : 0);
        var used = 0;
        while (used < UpcallMemory.Slots && _queue.Next(UpcallMemory.Slots - used, out var allowed) is { } port)
        {
            var count = port.Socket!.Receive(_memory, used, allowed);
            _queue.Served(port, allowed, count);
            port.Upcalls += count;
            for (var slot = used; slot < used + count; slot++)
                Take(slot, batch);
            used += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        foreach (var port in _ports.Values)
            port.Socket?.Dispose();
        _ports.Clear();
        _byProcessor.Socket!.Dispose();
        _requests.Dispose();
        _replies.Dispose();
        _work.Dispose();
        _dump.Dispose();
        _control.Dispose();
        _memory.Dispose();
        _pollSet.Dispose();
        _lease?.Dispose();
    }

    /// <summary>Each processor's upcalls come to one thread; the same when another program has them go so, lest they be lost.</summary>
    private static void DirectByProcessor(List<OpenVSwitchDatapath> threads)
    {
        var pids = new uint[Environment.ProcessorCount];
        for (var i = 0; i < pids.Length; i++)
            pids[i] = threads[i % threads.Count]._byProcessor.Socket!.NetlinkPort;
        var first = threads[0];
        if (first._dispatch == UpcallDispatch.Processor)
            first._control.DirectUpcallsByCpu(first._datapath, pids);
        else
            first._control.TryPrepareUpcallsByCpu(first._datapath, pids);
    }

    /// <summary>Makes an upcall of what was received into a slot.</summary>
    private unsafe void Take(int slot, UpcallBatch batch)
    {
        var messages = new NetlinkMessageReader(_memory.Received(slot));
        if (!messages.TryRead(out var message) || !OvsUpcallReader.TryRead(message.Payload, out var key, out var read))
        {
            _malformedUpcalls++;
            return;
        }
        ref var upcall = ref batch.Add();
        upcall.Key = key;
        // The slot does not move, and the packet lies in it.
        upcall.Frame = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(read.Packet));
        upcall.FrameLength = read.Packet.Length;
        // The kernel finishes checksums and cuts segments before it hands a packet over.
        upcall.Offload = default;
        upcall.Handle = slot;
        upcall.IsKeyIncomplete = !read.IsKeyWhole;
    }

    private void WatchWake(FileDescriptor wake)
    {
        if (ReferenceEquals(_wakeDescriptor, wake))
            return;
        if (_wakeDescriptor is not null)
            _pollSet.Remove(_wakeDescriptor);
        _wakeDescriptor = wake;
        _pollSet.Add(wake, WakeToken);
    }

    private void Wait(int timeoutMilliseconds)
    {
        var count = _pollSet.Wait(_events, timeoutMilliseconds);
        for (var i = 0; i < count; i++)
        {
            if (_events[i].Token == _byProcessor.Number)
                _queue.Add(_byProcessor);
            else if (_events[i].Token != WakeToken && _ports.TryGetValue((uint)_events[i].Token, out var port))
                _queue.Add(port);
        }
    }
}
