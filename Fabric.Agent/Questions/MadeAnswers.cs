using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Agent.Questions;

/// <summary>Answers of this host that others are fetching, or that are being made for them.</summary>
/// <remarks>Owned by one actor.</remarks>
internal sealed class MadeAnswers
{
    private readonly Dictionary<(HostId Asker, ulong Number), Made> _made = [];
    private readonly HashSet<(HostId Asker, ulong Number)> _making = [];

    /// <summary>The answer to a question, or to one just like it that was made a moment ago; null if there is none yet.</summary>
    public byte[]? Find(HostId asker, QuestionMessage.Ask ask, TimeSpan now)
    {
        if (_made.TryGetValue((asker, ask.Number), out var made))
            return made.Answer;
        // Only the beginning may be another's: who has some of an answer wants more of the same.
        var like = _made.Values.FirstOrDefault(other => other.Question == ask.Question && now - other.Time <= HostQuestions.FreshFor);
        if (like is null || ask.Offset != 0)
            return null;
        Keep((asker, ask.Number), like);
        return like.Answer;
    }

    /// <summary>Whether to begin to make it: not if that has begun already, or too many are being made.</summary>
    public bool TryBegin(HostId asker, ulong number) => _making.Count < HostQuestions.MaxMaking && _making.Add((asker, number));

    /// <summary>It is made.</summary>
    public void End(HostId asker, QuestionMessage.Ask ask, byte[] answer, TimeSpan now)
    {
        _making.Remove((asker, ask.Number));
        Keep((asker, ask.Number), new Made(ask.Question, answer, now));
    }

    private void Keep((HostId Asker, ulong Number) key, Made made)
    {
        if (_made.Count >= HostQuestions.MaxMade)
            _made.Remove(_made.MinBy(other => other.Value.Time).Key);
        _made[key] = made;
    }

    private sealed record Made(HostQuestion Question, byte[] Answer, TimeSpan Time);
}
