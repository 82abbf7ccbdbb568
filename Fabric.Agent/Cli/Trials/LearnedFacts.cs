using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Learned facts of a trial: what one packet taught, the next one sees.</summary>
/// <param name="start">What is known to begin with.</param>
/// <remarks>Nothing expires and nothing fails to answer here: a trial has no clock.</remarks>
internal sealed class LearnedFacts(LearnedSnapshot? start = null)
{
    private readonly HashSet<NeighborKey> _asked = [];

    /// <summary>What is known now.</summary>
    public LearnedSnapshot Now { get; private set; } = start ?? LearnedSnapshot.Empty;

    /// <summary>Adds what a simulation learned; frames to be sent are others' business.</summary>
    public void Add(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.LearnMac:
                Now = Now with { Macs = Now.Macs.SetItem(effect.Station, effect.Port) };
                break;
            case EffectKind.LearnNeighbor:
                AddNeighbor(effect);
                break;
            case EffectKind.ResolveNeighbor:
                _asked.Add(new NeighborKey(effect.Port, effect.Address));
                break;
            case EffectKind.Emit:
                break;
        }
    }

    /// <summary>Answers all that was asked; who is not there has failed to answer. False if nothing was asked.</summary>
    public bool Resolve(Func<PortId, MacAddress?> answer)
    {
        foreach (var key in _asked)
        {
            Now = answer(key.Port) is { } mac
                ? Now with
                {
                    Neighbors = Now.Neighbors.SetItem(key, mac),
                }
                : Now with
                {
                    FailedNeighbors = Now.FailedNeighbors.Add(key),
                };
        }
        var hasAsked = _asked.Count > 0;
        _asked.Clear();
        return hasAsked;
    }

    /// <summary>An answer that nobody asked for is not believed.</summary>
    private void AddNeighbor(in Effect effect)
    {
        var key = new NeighborKey(effect.Port, effect.Address);
        if (!effect.IsAnswer || _asked.Remove(key))
            Now = Now with { Neighbors = Now.Neighbors.SetItem(key, effect.Mac) };
    }
}
