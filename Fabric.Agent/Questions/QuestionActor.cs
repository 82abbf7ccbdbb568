using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Peers;

namespace Fabric.Agent.Questions;

/// <summary>Asks agents of other hosts what only they know, and answers theirs.</summary>
/// <remarks>
/// Nothing goes between hosts unless somebody looks. An answer comes in parts, of which the lost are asked for again; one that is not whole within
/// <see cref="HostQuestions.Patience"/> is none. What an answer costs the host is bounded by <see cref="HostQuestions"/>, whoever asks.
/// </remarks>
internal sealed class QuestionActor : IAsyncDisposable
{
    private const int Capacity = 4096;
    private const int TurnLetters = 128;

    private readonly IPeers _peers;
    private readonly ActorRuntime _runtime;
    private readonly Func<HostQuestion, Task<byte[]>> _answer;
    private readonly long _began;
    private readonly Mailbox<Letter> _mailbox;
    private readonly ITimer _timer;
    private readonly IDisposable _listening;
    private readonly Dictionary<ulong, AskedQuestion> _asked = [];
    private readonly MadeAnswers _made = new();

    /// <summary>Begins to answer.</summary>
    /// <param name="runtime">What it runs on.</param>
    /// <param name="peers">Carries the messages.</param>
    /// <param name="answer">Makes an answer, compressed; empty for a question that is not understood. Must not throw.</param>
    public QuestionActor(ActorRuntime runtime, IPeers peers, Func<HostQuestion, Task<byte[]>> answer)
    {
        (_runtime, _peers, _answer) = (runtime, peers, answer);
        _began = runtime.Time.GetTimestamp();
        _mailbox = new Mailbox<Letter>(runtime, Capacity, TurnLetters, Receive);
        _timer = runtime.Time.CreateTimer(_ => _mailbox.TryPost(Letter.Wake), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _listening = peers.Listen(PeerTopic.Question, Hear);
    }

    /// <summary>Ends with the actor, or with the exception of a bug of ours.</summary>
    public Task Completion => _mailbox.Completion;

    private TimeSpan Now => _runtime.Time.GetElapsedTime(_began);

    /// <summary>Asks a host.</summary>
    /// <returns>The answer, compressed; null if none came in time.</returns>
    public async Task<byte[]?> AskAsync(HostId host, HostQuestion question)
    {
        var asked = new AskedQuestion(host, RandomNumber(), question, Now);
        return _mailbox.TryPost(new Letter.Asked(asked)) ? await asked.Done.Task : null;
    }

    /// <summary>Asks and answers no more; what waits for an answer is given none.</summary>
    public async ValueTask DisposeAsync()
    {
        _listening.Dispose();
        await _timer.DisposeAsync();
        await _mailbox.DisposeAsync();
        foreach (var asked in _asked.Values)
            asked.Done.TrySetResult(null);
    }

    private void Hear(HostId sender, ReadOnlyMemory<byte> payload)
    {
        if (PeerCodec.TryDecode(payload.Span, out QuestionMessage? message, out _))
            _mailbox.TryPost(new Letter.Heard(sender, message));
    }

    private ValueTask Receive(IReadOnlyList<Letter> letters)
    {
        var now = Now;
        foreach (var letter in letters)
            Receive(letter, now);
        foreach (var (number, asked) in _asked.ToArray())
        {
            asked.GiveUp(now);
            if (asked.Done.Task.IsCompleted)
                _asked.Remove(number);
            else if (asked.Next(now) is { } message && !TrySend(asked.Host, message))
                // It has no address or no key: nothing ever comes.
                asked.Done.TrySetResult(null);
        }
        var due = _asked.Count == 0 ? Timeout.InfiniteTimeSpan : HostQuestions.AskInterval;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
        return ValueTask.CompletedTask;
    }

    private void Receive(Letter letter, TimeSpan now)
    {
        switch (letter)
        {
            case Letter.Asked { Question: var asked } when _asked.Count < HostQuestions.MaxAsked:
                _asked[asked.Number] = asked;
                break;
            case Letter.Asked { Question: var asked }:
                asked.Done.TrySetResult(null);
                break;
            case Letter.Heard { Message: QuestionMessage.Part part, Sender: var sender }:
                if (_asked.TryGetValue(part.Number, out var waiting) && waiting.Host == sender)
                    waiting.Take(part, now);
                break;
            case Letter.Heard { Message: QuestionMessage.Ask ask, Sender: var asker }:
                Answer(asker, ask, now);
                break;
            case Letter.Made made:
                _made.End(made.Asker, made.Ask, made.Answer, now);
                SendParts(made.Asker, made.Ask, made.Answer);
                break;
        }
    }

    private void Answer(HostId asker, QuestionMessage.Ask ask, TimeSpan now)
    {
        if (_made.Find(asker, ask, now) is { } answer)
            SendParts(asker, ask, answer);
        else if (_made.TryBegin(asker, ask.Number))
            _ = _runtime.Start(() => MakeAsync(asker, ask));
    }

    private async Task MakeAsync(HostId asker, QuestionMessage.Ask ask)
    {
        byte[] answer = [];
        try
        {
            answer = await _answer(ask.Question);
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
        try
        {
            await _mailbox.PostAsync(new Letter.Made(asker, ask, answer));
        }
        catch (ChannelClosedException)
        {
            // This actor has ended.
        }
    }

    private void SendParts(HostId asker, QuestionMessage.Ask ask, byte[] answer)
    {
        if (answer.Length is 0 or > HostQuestions.MaxAnswer)
        {
            TrySend(asker, new QuestionMessage.Part(ask.Number, 0, 0, []));
            return;
        }
        var offset = Math.Max(0, ask.Offset - ask.Offset % HostQuestions.PartBytes);
        for (var sent = 0; sent < Math.Min(ask.Credit, HostQuestions.Credit) && offset < answer.Length; sent++)
        {
            var length = Math.Min(HostQuestions.PartBytes, answer.Length - offset);
            TrySend(asker, new QuestionMessage.Part(ask.Number, offset, answer.Length, ImmutableArray.Create(answer, offset, length)));
            offset += length;
        }
    }

    private bool TrySend(HostId to, QuestionMessage message)
    {
        var payload = PeerCodec.Encode(message);
        Debug.Assert(payload.Length <= IPeers.MaxPayload, "a question, or a part of an answer, fits");
        return _peers.TrySend(to, PeerTopic.Question, payload);
    }

    private static ulong RandomNumber() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private abstract record Letter
    {
        /// <summary>Time has passed.</summary>
        public static Letter Wake { get; } = new Woken();

        public sealed record Woken : Letter;

        public sealed record Asked(AskedQuestion Question) : Letter;

        public sealed record Heard(HostId Sender, QuestionMessage Message) : Letter;

        public sealed record Made(HostId Asker, QuestionMessage.Ask Ask, byte[] Answer) : Letter;
    }
}
