using Fabric.Connections;

namespace Fabric.Protocol;

/// <summary>What one host tells another of a connection.</summary>
/// <param name="Record">What it knows.</param>
/// <param name="Silence">For how long no packet of it was seen, in tenths of a second.</param>
public readonly record struct ToldConnection(ConnectionRecord Record, uint Silence);
