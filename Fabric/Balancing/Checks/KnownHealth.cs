using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>What all hosts know of a member.</summary>
/// <param name="Health">How it is.</param>
/// <param name="IsOwn">This host found it so; else one that checked it before.</param>
public readonly record struct KnownHealth(MemberHealth Health, bool IsOwn);
