using System.Globalization;

namespace Fabric.Protocol;

/// <summary>A place in the journal that both ends of a feed can compare.</summary>
/// <param name="Position">The position of an entry; 0 before the first.</param>
/// <param name="HashHigh">The first 16 bytes of that entry's hash, the first byte highest; 0 before the first entry.</param>
/// <param name="HashLow">The last 16 bytes.</param>
public readonly record struct FeedPlace(long Position, UInt128 HashHigh, UInt128 HashLow)
{
    /// <summary>Before the first entry.</summary>
    public static FeedPlace Beginning => default;

    /// <summary>POSITION@HASH with the first eight digits of the hash.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Position}@{HashHigh.ToString("x32", CultureInfo.InvariantCulture)[..8]}");
}
