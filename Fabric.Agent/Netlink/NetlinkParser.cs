namespace Fabric.Agent.Netlink;

/// <summary>Reads one message of an answer into a value.</summary>
/// <param name="message">Valid during the call only.</param>
/// <param name="value">The value, if true is returned.</param>
/// <param name="problem">Why the bytes are wrong; None with false means: not of interest, skip it.</param>
/// <returns>True if there is a value.</returns>
public delegate bool NetlinkParser<T>(NetlinkMessage message, out T value, out NetlinkProblem problem);
