namespace Fabric.Protocol;

/// <summary>Which kinds and fields a program knows: it grows by one whenever one is added.</summary>
/// <remarks>
/// Written bytes carry the lowest level that can read them, so a newer program that uses nothing new is read by older ones. A member
/// writes what is new only when every member's level reads it.
/// </remarks>
public static class CodecLevel
{
    /// <summary>The level of this program.</summary>
    public const int Current = 14;

    /// <summary>The level of the first release.</summary>
    public const int First = 1;
}
