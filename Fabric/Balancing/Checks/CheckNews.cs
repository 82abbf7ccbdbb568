using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>What is to be told of a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Health">How it is.</param>
public readonly record struct CheckNews(MemberKey Member, MemberHealth Health);
