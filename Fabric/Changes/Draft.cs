using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>A description that a decision is being made about: what it was, what it would be, and the events between.</summary>
/// <param name="topology">The description before the command.</param>
/// <param name="horizon">Which freed tunnel keys may be given again.</param>
internal sealed class Draft(TopologySnapshot topology, KeyHorizon horizon = default)
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
        if (happened.Subject.Kind == DeviceKind.Port && happened is TopologyEvent.DeviceCreated or TopologyEvent.DeviceUpdated)
            IsOutOfKeys |= !TunnelKeyRules.TryGive(this, happened.Subject, horizon);
    }

    /// <summary>A port was bound for which there is no tunnel key.</summary>
    public bool IsOutOfKeys { get; private set; }
}
