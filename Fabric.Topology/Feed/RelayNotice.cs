using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Topology.Feed;

/// <summary>What a relay is told: a message of another node, or, the default, that there may be something to do.</summary>
internal readonly record struct RelayNotice(HostId Sender, RelayMessage? Message);
