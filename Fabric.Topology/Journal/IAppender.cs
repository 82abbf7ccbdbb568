using Fabric.Devices;

namespace Fabric.Topology.Journal;

/// <summary>Puts commands into the one order of changes; how is the business of the kind of hive.</summary>
internal interface IAppender
{
    /// <summary>Which freed keys may be given again now.</summary>
    KeyHorizon Horizon { get; }

    /// <summary>Stores a proposal, or tells why not.</summary>
    Task<StoreOutcome> StoreAsync(Proposal proposal);
}
