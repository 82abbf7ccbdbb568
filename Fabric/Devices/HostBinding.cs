namespace Fabric.Devices;

/// <summary>Where an exterior port is: which interface of which host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Interface">The interface's name there, 1..15 characters.</param>
public readonly record struct HostBinding(HostId Host, string Interface);
