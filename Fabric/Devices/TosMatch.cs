namespace Fabric.Devices;

/// <summary>A type of service or traffic class and the bits of it that count: 0xfc for the DSCP alone (RFC 2474, section 3).</summary>
/// <param name="Value">What those bits must be; the others do not matter.</param>
/// <param name="Mask">The bits that count.</param>
public readonly record struct TosMatch(byte Value, byte Mask);
