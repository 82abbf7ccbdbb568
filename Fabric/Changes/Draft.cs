using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>A description that a decision is being made about: what it was, what it would be, and the events between.</summary>
internal sealed class Draft(TopologySnapshot topology)
{
    /// <summary>The description before the command.</summary>
    public TopologySnapshot Before { get; } = topology;

    /// <summary>The description after the events so far.</summary>
    public TopologySnapshot Now { get; private set; } = topology;

    /// <summary>The events so far, in order.</summary>
    public List<TopologyEvent> Events { get; } = [];

    /// <summary>Takes an event in.</summary>
    public void Happen(TopologyEvent happened)
    {
        Events.Add(happened);
        Now = TopologyEvolution.Apply(Now, happened);
    }
}
