using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>What a member of a pool answered to a check, from the host where it came in to the one that asked.</summary>
/// <param name="Router">The router that asked.</param>
/// <param name="Frame">The frame, which may be cut off behind its headers.</param>
public sealed record CheckHeard(RouterId Router, ImmutableArray<byte> Frame)
{
    /// <summary>Bytes of a frame that are sent: so many fit into a message, and an answer of which more matters is never as long.</summary>
    public const int MaxFrameLength = 1000;

    /// <inheritdoc/>
    public bool Equals(CheckHeard? other) => other is not null && Router == other.Router && Frame.SequenceEqual(other.Frame);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Router, Frame.Length);
}
