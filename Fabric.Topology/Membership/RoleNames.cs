namespace Fabric.Topology.Membership;

/// <summary>Roles as people write them: some of edge, gateway, monitor, api with commas between, or all.</summary>
public static class RoleNames
{
    private static readonly (string Name, MemberRoles Role)[] s_names =
    [
        ("edge", MemberRoles.Edge),
        ("gateway", MemberRoles.Gateway),
        ("monitor", MemberRoles.Monitor),
        ("api", MemberRoles.Api),
    ];

    /// <summary>The names, with commas between.</summary>
    public const string All = "edge,gateway,monitor,api";

    /// <summary>Writes roles; none is no text.</summary>
    public static string Of(MemberRoles roles) =>
        string.Join(',', s_names.Where(known => roles.HasFlag(known.Role)).Select(known => known.Name));

    /// <summary>Reads roles: "all", or one name or more.</summary>
    public static bool TryParse(string text, out MemberRoles roles)
    {
        roles = text == "all" ? MemberRoles.All : MemberRoles.None;
        if (roles != MemberRoles.None)
            return true;
        foreach (var name in text.Split(','))
        {
            var known = Array.Find(s_names, known => known.Name == name.Trim());
            if (known.Name is null)
                return false;
            roles |= known.Role;
        }
        return true;
    }
}
