using System.Collections.Immutable;

namespace Fabric.Topology.Membership;

/// <summary>The members at one moment.</summary>
/// <param name="Members">All that are known, this node among them, in the order of their hosts.</param>
/// <param name="Changed">Ends when a newer view differs in more than positions.</param>
public sealed record MemberView(ImmutableArray<Member> Members, Task Changed);
