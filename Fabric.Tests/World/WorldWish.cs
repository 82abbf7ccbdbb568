using Fabric.Changes;
using Fabric.Topology.Hive;

namespace Fabric.Tests.World;

/// <summary>A command of a user, with all that was answered to it.</summary>
internal sealed class WorldWish(CommandEnvelope envelope)
{
    public CommandEnvelope Envelope => envelope;

    /// <summary>Somebody is asking, or nobody can know: some node may have it still, or may have stored it without saying so.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Some answer did not come, or was that it may be stored.</summary>
    public bool IsUnknown { get; set; }

    public SubmitResult.Accepted? Accepted { get; set; }
}
