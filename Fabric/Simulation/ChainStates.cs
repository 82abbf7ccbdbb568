namespace Fabric.Simulation;

/// <summary>The versions of one rule's code: one for each kind of packet that earlier rules have told apart.</summary>
/// <remarks>
/// A packet that is known to be UDP over IPv4 goes on in code that asks neither for that nor for any prefix of IPv6. This is the place that
/// failed rules before it go to; it sends them on by what they have learned of the kind. When there are too many kinds, the nearest
/// version that knows less serves.
/// </remarks>
internal sealed class ChainStates(int limit) : ChainLabel
{
    private readonly List<ChainLabel> _states = [];

    /// <summary>The versions that are asked for so far; the code before this rule has asked for all that it will.</summary>
    public IReadOnlyList<ChainLabel> All => _states;

    /// <summary>The version that knows nothing.</summary>
    public ChainLabel Ignorant => StateOf(default);

    /// <inheritdoc/>
    public override ChainLabel Reach(in ChainKnowledge known) => _states.Count < limit ? StateOf(known.Kind) : NearestTo(known.Kind);

    private ChainLabel StateOf(in PacketKind kind)
    {
        foreach (var state in _states)
        {
            if (state.Known.Kind == kind)
                return state;
        }
        var added = new ChainLabel();
        added.Reach(new ChainKnowledge(kind, null));
        _states.Add(added);
        return added;
    }

    private ChainLabel NearestTo(in PacketKind kind)
    {
        var nearest = Ignorant;
        foreach (var state in _states)
        {
            var knows = state.Known.Kind;
            if (knows.Or(kind) == knows && knows.Count > nearest.Known.Kind.Count)
                nearest = state;
        }
        return nearest;
    }
}
