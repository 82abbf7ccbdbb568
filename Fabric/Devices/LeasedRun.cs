namespace Fabric.Devices;

/// <summary>Neighboring blocks of ports that one host has.</summary>
/// <param name="First">The number of the first block.</param>
/// <param name="Count">How many.</param>
/// <param name="Host">Whose they are.</param>
public readonly record struct LeasedRun(int First, int Count, HostId Host);
