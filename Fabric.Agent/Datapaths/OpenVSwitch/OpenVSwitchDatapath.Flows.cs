using System.Diagnostics;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Requests about flows and packets: collected, sent as one datagram, answered by sequence number.</content>
public sealed partial class OpenVSwitchDatapath
{
    /// <summary>Requests in one datagram at most; beyond it another is sent.</summary>
    private const int MaxRequests = 512;

    private readonly OvsRequestSocket _requests = new();
    private readonly NetlinkBuffer _work = new(256 << 10);
    private readonly NetlinkBatch _replies = new();
    private readonly Request[] _sent = new Request[MaxRequests];
    private readonly List<FlowAnswer> _answers = [];
    private uint _firstSequence = 1;
    private int _count;

    // Packets that the kernel did not take back: their port or interface was gone.
    private long _executesRefused;

    // Packets, and flows, whose actions the kernel has no words for.
    private long _actionsRefused;

    // Datagrams whose replies did not fit into the socket.
    private long _repliesLost;

    private OvsFlowWriter FlowWriter => new(new NetlinkWriter(_work), _control.FlowFamily, _datapath.Index, _longFramesTo);

    /// <inheritdoc/>
    public void Put(DatapathFlow flow)
    {
        var sequence = Begin(RequestKind.Put, flow.Id);
        if (!FlowWriter.TryPut(sequence, flow.Id, flow.Key, flow.Mask, flow.Actions))
            Refuse(flow.Id);
    }

    /// <inheritdoc/>
    public void Delete(FlowId flow)
    {
        var sequence = Begin(RequestKind.Delete, flow);
        // With the echo come the statistics up to the end.
        FlowWriter.Delete(sequence, flow, echo: true);
    }

    /// <inheritdoc/>
    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) => Execute(upcall.Key, upcall.Bytes, actions);

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions)
    {
        if (actions.IsEmpty)
            return;
        // The kernel gives whole packets out, so that is all that can come back.
        Debug.Assert(offload == default, "a frame of this datapath has nothing left to be done");
        FlowKeyReader.Read(frame, inPort: uint.MaxValue, out var key);
        Execute(key, frame, actions);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_count == 0)
            return;
        _requests.Send(_work.Written);
        TakeReplies();
        foreach (ref readonly var request in _sent.AsSpan(0, _count))
        {
            if (request.Kind != RequestKind.Execute)
                _answers.Add(request.Answer);
        }
        _firstSequence += (uint)_count;
        _count = 0;
        _work.Clear();
    }

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers)
    {
        foreach (var answer in _answers)
            answers.Add(answer);
        _answers.Clear();
    }

    private void Execute(in FlowKey key, ReadOnlySpan<byte> frame, ReadOnlySpan<FlowAction> actions)
    {
        if (actions.IsEmpty)
            return;
        var sequence = Begin(RequestKind.Execute, default);
        if (!OvsPacketWriter.TryExecute(new NetlinkWriter(_work), _control.PacketFamily, _datapath.Index, sequence, key, frame, actions))
            Refuse(default);
    }

    /// <summary>Makes room for a request and enters it as done: the kernel only answers when it is not.</summary>
    private uint Begin(RequestKind kind, FlowId flow)
    {
        if (_count == MaxRequests || _work.Length > OvsRequestSocket.SendBytes / 2)
            Flush();
        _sent[_count] = new Request(
            kind,
            new FlowAnswer(flow, kind == RequestKind.Put ? FlowAnswerKind.Installed : FlowAnswerKind.Deleted, 0, null, default)
        );
        return _firstSequence + (uint)_count++;
    }

    /// <summary>The request that was begun last cannot be written.</summary>
    private void Refuse(FlowId flow)
    {
        _actionsRefused++;
        var failed = new FlowAnswer(flow, FlowAnswerKind.Failed, (int)Errno.NotSupported, "the kernel has no such action", default);
        _sent[_count - 1] = _sent[_count - 1] with { Answer = failed };
    }

    private void TakeReplies()
    {
        try
        {
            bool mayBeMore;
            do
            {
                mayBeMore = _requests.Receive(_replies);
                for (var i = 0; i < _replies.Count; i++)
                    TakeReplies(_replies[i]);
            } while (mayBeMore);
        }
        catch (LinuxException lost) when (lost.Errno == Errno.NoBuffers)
        {
            // What was refused is not known. The sweep finds flows that are not there.
            _repliesLost++;
        }
    }

    private void TakeReplies(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessageReader(datagram);
        while (messages.TryRead(out var message))
        {
            var index = message.Sequence - _firstSequence;
            if (index >= (uint)_count)
                continue;
            ref var request = ref _sent[index];
            if (message.Type == NetlinkControl.Error && NetlinkAnswer.TryParseError(message, out var error, out _))
                Refused(ref request, error);
            else if (request.Kind == RequestKind.Delete && OvsFlowReader.TryRead(message.Payload, out var flow, out _))
                request = request with { Answer = request.Answer with { Statistics = flow.StatisticsBy(_clock) } };
        }
    }

    private void Refused(ref Request request, in NetlinkAnswer error)
    {
        if (error.Errno == Errno.None)
            return;
        if (request.Kind == RequestKind.Execute)
        {
            _executesRefused++;
            return;
        }
        var kind = (request.Kind, error.Errno) switch
        {
            (RequestKind.Put, Errno.Exists) => FlowAnswerKind.Duplicate,
            (RequestKind.Delete, Errno.NoEntry) => FlowAnswerKind.Gone,
            _ => FlowAnswerKind.Failed,
        };
        request = request with { Answer = request.Answer with { Kind = kind, Errno = (int)error.Errno, Text = error.Text } };
    }

    private enum RequestKind : byte
    {
        Put,
        Delete,
        Execute,
    }

    private readonly record struct Request(RequestKind Kind, FlowAnswer Answer);
}
