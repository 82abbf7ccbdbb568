namespace Fabric.Connections;

/// <summary>The fragmented packets that are on their way through a host, as simulation reads them.</summary>
/// <remarks>As <see cref="IConnections"/>: a lookup has no clock, and what a simulation would have changed it wishes for. No flow key tells a packet's identification, so nothing that is decided by one is cacheable.</remarks>
public interface IFragments
{
    /// <summary>Finds what the first fragment of a packet told.</summary>
    /// <param name="key">The packet.</param>
    /// <param name="head">What it told, if it is known.</param>
    FragmentStanding Find(in FragmentKey key, out FragmentHead head);
}
