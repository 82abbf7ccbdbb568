namespace Fabric.Connections;

/// <summary>No fragmented packet is known, and none is waited for.</summary>
public sealed class NoFragments : IFragments
{
    private NoFragments() { }

    /// <summary>The only one.</summary>
    public static NoFragments Instance { get; } = new();

    /// <inheritdoc/>
    public FragmentStanding Find(in FragmentKey key, out FragmentHead head)
    {
        head = default;
        return FragmentStanding.Lost;
    }
}
