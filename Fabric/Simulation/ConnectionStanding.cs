using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>What a packet is to its connection, as looked up where it entered the network.</summary>
/// <remarks>Fields, not properties: a part of <see cref="Walk"/>.</remarks>
internal struct ConnectionStanding
{
    /// <summary>It was looked up; before that nothing here means anything.</summary>
    public bool IsKnown;

    /// <summary>The packet's state.</summary>
    public ConnectionStates State;

    /// <summary>The packet is of the return direction, or the network made it.</summary>
    public bool IsReturn;

    /// <summary>The packet can begin a connection, by <see cref="Key"/>.</summary>
    public bool CanBegin;

    /// <summary>The packet's direction.</summary>
    public ConnectionKey Key;

    /// <summary>What was found, if anything was.</summary>
    public ConnectionFound? Found;

    /// <summary>The packet is a TCP segment: as long as its connection is not remembered, the state rests on its flags.</summary>
    public bool IsSegment;

    /// <summary>The connection is to be remembered: what the packet was found to be, those after it will be, whatever their flags.</summary>
    public bool IsOpened;
}
