using Fabric.Addresses;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Datagrams to one destination that leave in one call: all of one length, and a shorter one last.</summary>
/// <remarks>Pure, one thread's.</remarks>
internal sealed class DatagramTrain
{
    /// <summary>The most datagrams; older kernels take no more (UDP_MAX_SEGMENTS).</summary>
    public const int MaxDatagrams = 64;

    /// <summary>The most bytes of all together: the kernel counts them as one datagram over IPv4 before it cuts.</summary>
    public const int MaxBytes = ushort.MaxValue - 20 - 8;

    private readonly byte[] _bytes = new byte[MaxBytes];
    private bool _isEnded;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The length of each; the last may be shorter.</summary>
    public int DatagramBytes { get; private set; }

    /// <summary>Where they go; means nothing if there are none.</summary>
    public IpAddress Destination { get; private set; }

    /// <summary>All of them, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    private int Length { get; set; }

    /// <summary>One of them.</summary>
    public ReadOnlySpan<byte> this[int index] => Bytes[(index * DatagramBytes)..Math.Min((index + 1) * DatagramBytes, Length)];

    /// <summary>Adds a datagram.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="length">Its length, 1 or more.</param>
    /// <param name="datagram">To be written by the caller.</param>
    /// <returns>False if it does not fit behind those that are there. An empty train takes whatever is not longer than <see cref="MaxBytes"/>.</returns>
    public bool TryAdd(IpAddress destination, int length, out Span<byte> datagram)
    {
        datagram = default;
        if (length > MaxBytes - Length || Count == MaxDatagrams || _isEnded)
            return false;
        if (Count == 0)
            (Destination, DatagramBytes) = (destination, length);
        if (length > DatagramBytes || destination != Destination)
            return false;
        datagram = _bytes.AsSpan(Length, length);
        _isEnded = length < DatagramBytes;
        Length += length;
        Count++;
        return true;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (Count, Length, _isEnded) = (0, 0, false);
}
