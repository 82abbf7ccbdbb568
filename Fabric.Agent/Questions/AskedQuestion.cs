using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Agent.Questions;

/// <summary>A question that waits for its answer, with the parts of it that have come.</summary>
/// <remarks>Owned by one actor. Times are of one clock, from any beginning.</remarks>
/// <param name="host">Who is asked.</param>
/// <param name="number">The question's number.</param>
/// <param name="question">What is asked.</param>
/// <param name="now">The time.</param>
internal sealed class AskedQuestion(HostId host, ulong number, HostQuestion question, TimeSpan now)
{
    private readonly TimeSpan _deadline = now + HostQuestions.Patience;
    private byte[] _answer = [];
    private bool[] _has = [];
    private int _missing;
    private int _last; // of the parts that were asked for
    private TimeSpan _nextAsk = now;

    /// <summary>Who is asked.</summary>
    public HostId Host => host;

    /// <summary>The question's number.</summary>
    public ulong Number => number;

    /// <summary>The answer, compressed; null if there is none, or none came in time.</summary>
    public TaskCompletionSource<byte[]?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives the next message to send, if one is due.</summary>
    public QuestionMessage? Next(TimeSpan now)
    {
        if (now < _nextAsk)
            return null;
        _nextAsk = now + HostQuestions.AskInterval;
        var first = Math.Max(0, Array.IndexOf(_has, false));
        _last = first + HostQuestions.Credit - 1;
        return new QuestionMessage.Ask(number, question, first * HostQuestions.PartBytes, HostQuestions.Credit);
    }

    /// <summary>Takes a part; one that fits nothing is not believed.</summary>
    public void Take(QuestionMessage.Part part, TimeSpan now)
    {
        if (part.Length == 0)
        {
            Done.TrySetResult(null);
            return;
        }
        if (_has.Length == 0 && part.Length is > 0 and <= HostQuestions.MaxAnswer)
        {
            _answer = new byte[part.Length];
            _has = new bool[(part.Length + HostQuestions.PartBytes - 1) / HostQuestions.PartBytes];
            _missing = _has.Length;
        }
        var index = part.Offset / HostQuestions.PartBytes;
        var isFitting =
            part.Length == _answer.Length
            && index >= 0
            && index < _has.Length
            && part.Offset == index * HostQuestions.PartBytes
            && part.Bytes.Length == Math.Min(HostQuestions.PartBytes, _answer.Length - part.Offset);
        if (!isFitting || _has[index])
            return;
        part.Bytes.CopyTo(_answer, part.Offset);
        _has[index] = true;
        if (--_missing == 0)
            Done.TrySetResult(_answer);
        // All that was asked for is here: on at once. Else the rest is on its way, or lost, which time tells.
        else if (Array.IndexOf(_has, false) > _last)
            _nextAsk = now;
    }

    /// <summary>Gives up if it has taken too long.</summary>
    public void GiveUp(TimeSpan now)
    {
        if (now >= _deadline)
            Done.TrySetResult(null);
    }
}
