using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>A member of a pool by where it is: under another name it is as healthy.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Address">The member's address.</param>
/// <param name="Port">Its port; 0 if it has none of its own.</param>
public readonly record struct MemberKey(PoolKey Pool, IpAddress Address, ushort Port)
{
    /// <summary>The key of a member.</summary>
    public static MemberKey Of(PoolKey pool, PoolMember member) => new(pool, member.Address, member.Port ?? 0);
}
