using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Topology.Feed;

/// <summary>Whom a node follows and whom it feeds at one moment.</summary>
/// <param name="Source">The node whose feed it follows; null while it reads the database itself.</param>
/// <param name="Followers">How many nodes follow it directly.</param>
/// <param name="Reach">How far it is with all that it feeds, directly or not.</param>
public sealed record RelayView(HostId? Source, int Followers, RelayReach Reach);
