using System.Text;

namespace Fabric.Agent.Api;

/// <summary>What the journal says about who wanted a change: the user that the kernel vouches for, and what the command said of itself.</summary>
public static class Authorship
{
    private const int MaxClaimLength = 64;
    private const int MaxLength = 120;

    /// <summary>The user, and in brackets the claim where it differs: `root (ana)`, for ana behind sudo.</summary>
    /// <param name="user">The name that the kernel vouches for.</param>
    /// <param name="claim">What the sender calls itself; may be anything.</param>
    /// <remarks>What stands before the first blank is a fact: no claim gets there, and a bracket in a claim is left out.</remarks>
    public static string Of(string user, string claim)
    {
        var said = new StringBuilder();
        foreach (var rune in claim.EnumerateRunes())
        {
            if (said.Length < MaxClaimLength && !Rune.IsControl(rune) && rune.Value is not ('(' or ')'))
                said.Append(rune);
        }
        var text = said.ToString().Trim();
        var isWorthIt = text.Length > 0 && text != user && user.Length + text.Length <= MaxLength;
        return isWorthIt ? $"{user} ({text})" : user;
    }
}
