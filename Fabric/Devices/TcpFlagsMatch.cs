namespace Fabric.Devices;

/// <summary>TCP flags and which of them count (RFC 9293, section 3.1): FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128.</summary>
/// <param name="Value">What those bits must be; the others do not matter.</param>
/// <param name="Mask">The bits that count, of 12.</param>
public readonly record struct TcpFlagsMatch(ushort Value, ushort Mask);
