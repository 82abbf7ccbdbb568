using System.Buffers;
using System.Diagnostics;

namespace Fabric.Agent.Netlink;

/// <summary>The bytes of a datagram that is being written: pooled, growing, and owned by whoever made it.</summary>
/// <remarks>
/// Writers over one buffer append at the same place. Disposing gives the memory back to the pool; spans of
/// <see cref="Written"/> are dead then, and also after any further write.
/// </remarks>
public sealed class NetlinkBuffer : IDisposable
{
    /// <summary>The most that one datagram may hold.</summary>
    /// <remarks>A batch of 64 packets of 64 KiB with their actions fits.</remarks>
    public const int MaxBytes = 8 << 20;

    private byte[] _bytes;

    /// <summary>Rents memory.</summary>
    public NetlinkBuffer(int capacityBytes = 4096) => _bytes = ArrayPool<byte>.Shared.Rent(capacityBytes);

    /// <summary>How much is written.</summary>
    public int Length { get; private set; }

    /// <summary>All that is written, for reading and for patching lengths.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Forgets what was written behind a place.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "nothing was written there");
        Length = length;
    }

    /// <summary>Appends zeroed bytes and returns them to be filled.</summary>
    /// <exception cref="InvalidOperationException">The datagram would pass <see cref="MaxBytes"/>: the batch is too large.</exception>
    public Span<byte> Append(int lengthBytes)
    {
        var end = Length + lengthBytes;
        if (end > _bytes.Length)
        {
            Grow(end);
        }
        var added = _bytes.AsSpan(Length, lengthBytes);
        added.Clear();
        Length = end;
        return added;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int needed)
    {
        if (needed > MaxBytes)
        {
            throw new InvalidOperationException($"a netlink datagram of {needed} bytes passes the limit of {MaxBytes}");
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
