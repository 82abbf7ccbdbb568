namespace Fabric.Devices;

/// <summary>The direction of a packet within its connection.</summary>
/// <remarks>
/// What is no part of a connection is <see cref="Forward"/>, and so is a later fragment, which does not tell its ports.
/// </remarks>
public enum FlowDirection : byte
{
    /// <summary>From the side that began.</summary>
    Forward,

    /// <summary>From the side that was asked, or a packet that the network made itself.</summary>
    Return,
}
