using System.Diagnostics;
using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>What one agent holds of its talk with another: the handshake, the session in use and the one before, and messages that wait.</summary>
/// <remarks>
/// <para>
/// No I/O: datagrams go in by <see cref="Receive"/> and come out by <see cref="TryNext"/>; time and random numbers are arguments. Not
/// thread-safe.
/// </para>
/// <para>
/// A session comes about only by a hello that echoes the id which this host has made for just that and used for nothing before; then it makes
/// another. So whatever was recorded and is played again establishes nothing, also after a restart of either host.
/// <code>
///   A                                              B
///   Ask(a, none)       .......................
///                      .......................    Ask(b, a): B is there, but A might be a recording
///   has (a, b)         Confirm(a, b) .........    has (b, a): a is used up, and b
///   messages under (a, b)       ..............
/// </code>
/// </para>
/// </remarks>
internal sealed class PeerSession : IDisposable
{
    /// <summary>Messages that wait for a session at most; the oldest goes.</summary>
    internal const int MaxWaiting = 16;

    /// <summary>Answers to hellos that are given at once; afterwards one for each <see cref="AnswerInterval"/>.</summary>
    internal const int AnswerBurst = 16;

    /// <summary>See <see cref="AnswerBurst"/>.</summary>
    internal static readonly TimeSpan AnswerInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How long after a hello without answer the next follows; each time double, up to <see cref="MaxAskInterval"/>.</summary>
    internal static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>See <see cref="AskInterval"/>.</summary>
    internal static readonly TimeSpan MaxAskInterval = TimeSpan.FromSeconds(1);

    // A message that cannot be opened means nothing while the session is in use: it is late, or forged.
    private static readonly TimeSpan s_inUse = TimeSpan.FromSeconds(2);

    private readonly PairKey _key;
    private readonly HostId _self;
    private readonly Queue<byte[]> _waiting = [];
    private ulong _fresh;
    private PeerChannel? _current;
    private PeerChannel? _previous;
    private PeerChannel? _offered; // of our fresh id, so not proven
    private TimeSpan _heard;
    private (PeerDatagramKind Kind, ulong Own, ulong Echo)? _owed;
    private bool _mustAsk;
    private TimeSpan _nextAsk;
    private TimeSpan _askInterval = AskInterval;
    private int _answers = AnswerBurst;
    private TimeSpan _answersFrom;

    /// <summary>Begins without a session.</summary>
    /// <param name="key">What the two hosts have in common.</param>
    /// <param name="self">This host.</param>
    /// <param name="now">The time, from any beginning.</param>
    /// <param name="fresh">A random number.</param>
    internal PeerSession(PairKey key, HostId self, TimeSpan now, ulong fresh)
    {
        (_key, _self, _fresh) = (key, self, Usable(fresh));
        (_nextAsk, _answersFrom) = (now, now);
    }

    /// <summary>There is a session: a message goes at once.</summary>
    internal bool IsOpen => _current is { IsSpent: false };

    /// <summary>A hello is to be sent, now or later: somebody is to ask again after a while.</summary>
    internal bool MustAsk => _mustAsk || (!IsOpen && _waiting.Count > 0);

    /// <summary>Puts a message behind those that wait.</summary>
    /// <param name="message">Topic and payload; kept.</param>
    /// <returns>False if another was dropped for it.</returns>
    internal bool Post(byte[] message)
    {
        var isRoomy = _waiting.Count < MaxWaiting;
        if (!isRoomy)
            _waiting.Dequeue();
        _waiting.Enqueue(message);
        return isRoomy;
    }

    /// <summary>Takes a datagram that names the other host as its sender.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="datagram">All of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="fresh">A random number.</param>
    /// <param name="message">Room for <see cref="PeerDatagram.MaxLength"/> bytes.</param>
    internal PeerArrival Receive(in PeerHeader header, ReadOnlySpan<byte> datagram, TimeSpan now, ulong fresh, Span<byte> message)
    {
        if (header.Kind != PeerDatagramKind.Message)
            return new PeerArrival(ReceiveHello(header, datagram, now, fresh));
        var channel =
            _current?.Mine == header.First ? _current
            : _previous?.Mine == header.First ? _previous
            : _offered?.Mine == header.First ? _offered
            : null;
        var arrival = channel?.Open(header.Second, datagram, message) ?? new PeerArrival(PeerDrop.UnknownSession);
        if (arrival.Drop != PeerDrop.None)
        {
            // No more than a hint that the other has a session which this host does not, for anybody can forge it: hellos are as slow as ever.
            if (arrival.Drop is PeerDrop.UnknownSession or PeerDrop.WrongKey)
                _mustAsk |= !IsOpen || now - _heard > s_inUse;
            return arrival;
        }
        // Sealed by keys that our fresh id is in: as good a proof as the hello that it has overtaken.
        if (channel == _offered)
            Establish(channel!, now, fresh);
        _heard = now;
        return arrival;
    }

    /// <summary>Writes the next datagram to send, if there is one.</summary>
    /// <param name="now">The time.</param>
    /// <param name="datagram">Room for <see cref="PeerDatagram.MaxLength"/> bytes.</param>
    /// <param name="length">Its length.</param>
    internal bool TryNext(TimeSpan now, Span<byte> datagram, out int length)
    {
        length = 0;
        if (_owed is { } owed)
        {
            _owed = null;
            length = WriteHello(datagram, owed.Kind, owed.Own, owed.Echo);
        }
        else if (IsOpen && _waiting.TryDequeue(out var message))
        {
            length = _current!.Seal(_self, message, datagram);
        }
        else if (MustAsk && now >= _nextAsk)
        {
            _mustAsk = false;
            _nextAsk = now + _askInterval;
            _askInterval = _askInterval * 2 < MaxAskInterval ? _askInterval * 2 : MaxAskInterval;
            length = WriteHello(datagram, PeerDatagramKind.Ask, _fresh, 0);
        }
        return length > 0;
    }

    /// <summary>Forgets all keys.</summary>
    public void Dispose()
    {
        _current?.Dispose();
        _previous?.Dispose();
        _offered?.Dispose();
    }

    private PeerDrop ReceiveHello(in PeerHeader hello, ReadOnlySpan<byte> datagram, TimeSpan now, ulong fresh)
    {
        if (hello.First == 0)
            return PeerDrop.Malformed;
        if (!_key.IsSigned(datagram[..PeerDatagram.HeaderLength], datagram[PeerDatagram.HeaderLength..]))
            return PeerDrop.WrongKey;
        var (isAsk, theirs, echo) = (hello.Kind == PeerDatagramKind.Ask, hello.First, hello.Second);
        var isProof = echo == _fresh;
        if (isProof)
            Establish(OfferTo(theirs), now, fresh);
        else if (echo != 0 && !(_current is { } known && (known.Mine, known.Theirs) == (echo, theirs)))
            return PeerDrop.Replayed;
        if (!isAsk)
            return PeerDrop.None;
        // An answer may go to a recording; the answer to a proof does not, and there is but one.
        if (!isProof && !TryTakeAnswer(now))
            return PeerDrop.TooManyHellos;
        if (echo == 0)
            OfferTo(theirs);
        _owed = echo == 0 ? (PeerDatagramKind.Ask, _fresh, theirs) : (PeerDatagramKind.Confirm, _current!.Mine, _current.Theirs);
        return PeerDrop.None;
    }

    /// <summary>The session that comes about if the other host proves to know our fresh id.</summary>
    private PeerChannel OfferTo(ulong theirs)
    {
        if (_offered is { } offered && (offered.Mine, offered.Theirs) == (_fresh, theirs))
            return offered;
        _offered?.Dispose();
        return _offered = new PeerChannel(_key, _fresh, theirs);
    }

    // What is on its way under the session before is still taken.
    private void Establish(PeerChannel proven, TimeSpan now, ulong fresh)
    {
        _previous?.Dispose();
        (_previous, _current, _offered) = (_current, proven, null);
        _fresh = Usable(fresh);
        (_heard, _mustAsk, _askInterval) = (now, false, AskInterval);
    }

    private int WriteHello(Span<byte> datagram, PeerDatagramKind kind, ulong own, ulong echo)
    {
        PeerDatagram.WriteHeader(datagram, kind, _self, own, echo);
        _key.Sign(datagram[..PeerDatagram.HeaderLength], datagram.Slice(PeerDatagram.HeaderLength, PeerDatagram.CodeLength));
        return PeerDatagram.HelloLength;
    }

    private bool TryTakeAnswer(TimeSpan now)
    {
        var earned = (int)Math.Min(AnswerBurst, (now - _answersFrom) / AnswerInterval);
        if (earned > 0)
        {
            _answers = Math.Min(AnswerBurst, _answers + earned);
            _answersFrom = _answers == AnswerBurst ? now : _answersFrom + earned * AnswerInterval;
        }
        if (_answers == 0)
            return false;
        _answers--;
        return true;
    }

    // 0 stands for no id.
    private static ulong Usable(ulong random)
    {
        Debug.Assert(random != 0, "a random number that is zero is none");
        return random == 0 ? 1 : random;
    }
}
