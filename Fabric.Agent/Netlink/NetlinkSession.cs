using System.Buffers;
using System.Diagnostics;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>Asks the kernel one thing at a time and matches the answers by sequence number.</summary>
/// <remarks>
/// Begin a request, write it, then Execute, Get or Dump it. Answers to earlier requests (after a failure in the midst of a
/// dump) are skipped and counted. Any family fits on top. Owns the transport. One thread at a time.
/// </remarks>
public sealed class NetlinkSession : IDisposable
{
    /// <summary>The largest datagram received. The kernel packs dumps into at most 32 KiB each.</summary>
    public const int MaxReceiveBytes = 64 << 10;

    /// <summary>How often an interrupted dump is asked again before giving up.</summary>
    public const int MaxDumpAttempts = 16;

    /// <summary>How many datagrams one request may be answered with.</summary>
    /// <remarks>A dump of a million flows needs some ten thousand.</remarks>
    public const int MaxAnswerDatagrams = 1 << 20;

    private readonly INetlinkTransport _transport;
    private readonly NetlinkBuffer _request = new();
    private readonly byte[] _received = ArrayPool<byte>.Shared.Rent(MaxReceiveBytes);
    private NetlinkMark _message;
    private uint _sequence;

    /// <summary>Makes a session that owns the transport.</summary>
    /// <param name="transport">Belongs to the session from now on.</param>
    /// <param name="lastSequence">The first request gets the number after it.</param>
    public NetlinkSession(INetlinkTransport transport, uint lastSequence = 0)
    {
        _transport = transport;
        _sequence = lastSequence;
    }

    /// <summary>Messages skipped because they answer no current request.</summary>
    public long StaleMessages { get; private set; }

    /// <summary>Dumps asked again because the table changed while it was read.</summary>
    public long RepeatedDumps { get; private set; }

    /// <summary>Begins a request; one that was begun and never sent is forgotten.</summary>
    /// <param name="type">The family's message type.</param>
    /// <param name="flags">What the request adds to NLM_F_REQUEST: Create, Exclusive...</param>
    public NetlinkWriter Begin(ushort type, NetlinkFlags flags = NetlinkFlags.None)
    {
        _request.Clear();
        var writer = new NetlinkWriter(_request);
        _message = writer.BeginMessage(type, NetlinkFlags.Request | flags, 0);
        return writer;
    }

    /// <summary>Sends the request and waits until the kernel has done it.</summary>
    /// <param name="operation">For the exception: what is tried, with the object by name.</param>
    /// <exception cref="NetlinkException">The kernel refused or gave no proper answer.</exception>
    public void Execute(string operation) => Exchange(operation, NetlinkFlags.Acknowledge, static _ => NetlinkProblem.None);

    /// <summary>Sends the request and returns the one entry that the kernel answers with.</summary>
    /// <exception cref="NetlinkException">The kernel refused (ENOENT, ENODEV...) or gave no proper answer.</exception>
    public T Get<T>(string operation, NetlinkParser<T> parser)
    {
        var entries = new List<T>(1);
        Exchange(operation, NetlinkFlags.Acknowledge, Into(entries, parser));
        return entries.Count == 1 ? entries[0] : throw Malformed(operation, $"{entries.Count} entries came where one was asked for");
    }

    /// <summary>Sends the request and returns all entries, read without a change in between.</summary>
    /// <exception cref="NetlinkException">
    /// The kernel refused, gave no proper answer, or the table changed during each of <see cref="MaxDumpAttempts"/> readings.
    /// </exception>
    public IReadOnlyList<T> Dump<T>(string operation, NetlinkParser<T> parser)
    {
        for (var attempt = 0; attempt < MaxDumpAttempts; attempt++)
        {
            var entries = new List<T>();
            if (Exchange(operation, NetlinkFlags.Dump, Into(entries, parser)))
            {
                return entries;
            }
            RepeatedDumps++;
        }
        throw new NetlinkException(operation, Errno.Interrupted, _sequence, $"the table changed during each of {MaxDumpAttempts} readings");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _request.Dispose();
        ArrayPool<byte>.Shared.Return(_received);
    }

    private static MessageHandler Into<T>(List<T> entries, NetlinkParser<T> parser) =>
        message =>
        {
            if (parser(message, out var entry, out var problem))
            {
                entries.Add(entry);
            }
            return problem;
        };

    // True if the answer is whole, false if the dump was interrupted.
    private bool Exchange(string operation, NetlinkFlags flags, MessageHandler handler)
    {
        Debug.Assert(_request.Length > 0, "Begin comes first");
        _sequence = _sequence == uint.MaxValue ? 1 : _sequence + 1;
        var writer = new NetlinkWriter(_request);
        writer.AddFlags(_message, flags);
        writer.SetSequence(_message, _sequence);
        writer.EndMessage(_message);
        _transport.Send(_request.Written);

        var isWhole = true;
        for (var count = 0; count < MaxAnswerDatagrams; count++)
        {
            var messages = new NetlinkMessageReader(ReceiveDatagram(operation));
            while (messages.TryRead(out var message))
            {
                if (message.Sequence != _sequence)
                {
                    StaleMessages++;
                    continue;
                }
                isWhole &= !message.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                if (IsLast(operation, message, handler))
                {
                    return isWhole;
                }
            }
            Demand(operation, messages.Problem);
        }
        throw Malformed(operation, $"the answer has more than {MaxAnswerDatagrams} datagrams");
    }

    private ReadOnlySpan<byte> ReceiveDatagram(string operation)
    {
        var length = _transport.Receive(_received.AsSpan(0, MaxReceiveBytes));
        return length switch
        {
            0 => throw new NetlinkException(operation, Errno.TimedOut, _sequence, "the kernel gave no answer"),
            > MaxReceiveBytes => throw Malformed(operation, $"a datagram of {length} bytes passes the limit of {MaxReceiveBytes}"),
            _ => _received.AsSpan(0, length),
        };
    }

    private bool IsLast(string operation, NetlinkMessage message, MessageHandler handler)
    {
        NetlinkAnswer answer;
        NetlinkProblem problem;
        switch (message.Type)
        {
            case NetlinkControl.Nothing:
                return false;
            case NetlinkControl.Overrun:
                throw Malformed(operation, "the kernel lost a part of its answer");
            case NetlinkControl.Error:
                NetlinkAnswer.TryParseError(message, out answer, out problem);
                break;
            case NetlinkControl.Done:
                NetlinkAnswer.TryParseDone(message, out answer, out problem);
                break;
            default:
                Demand(operation, handler(message));
                return false;
        }
        Demand(operation, problem);
        return answer.Errno == Errno.None
            ? true
            : throw new NetlinkException(operation, answer.Errno, _sequence, answer.Text, answer.OffsetBytes);
    }

    private void Demand(string operation, NetlinkProblem problem)
    {
        if (problem != NetlinkProblem.None)
        {
            throw Malformed(operation, $"the kernel's answer is malformed: {problem}");
        }
    }

    private NetlinkException Malformed(string operation, string text) => new(operation, Errno.BadMessage, _sequence, text);

    private delegate NetlinkProblem MessageHandler(NetlinkMessage message);
}
