namespace Fabric.Simulation;

/// <summary>A list that keeps its memory when emptied, so that the packet path allocates nothing.</summary>
/// <typeparam name="T">The elements.</typeparam>
/// <remarks>Not thread-safe. Spans that it gave are stale after the next <see cref="Add"/> or <see cref="Reserve"/>.</remarks>
public sealed class Buffer<T>(int capacity)
{
    private T[] _items = new T[capacity];

    /// <summary>Number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Span => _items.AsSpan(0, Count);

    /// <summary>The elements, to be changed in place.</summary>
    public Span<T> Writable => _items.AsSpan(0, Count);

    /// <summary>One element.</summary>
    public ref T this[int index] => ref _items.AsSpan(0, Count)[index];

    /// <summary>Appends an element.</summary>
    public void Add(in T item)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        _items[Count++] = item;
    }

    /// <summary>Appends room for some elements and returns it, unwritten.</summary>
    public Span<T> Reserve(int count)
    {
        if (Count + count > _items.Length)
            Array.Resize(ref _items, Math.Max(_items.Length * 2, Count + count));
        Count += count;
        return _items.AsSpan(Count - count, count);
    }

    /// <summary>Drops the elements from an index on.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    /// <summary>Drops all elements; the memory stays.</summary>
    public void Clear() => Count = 0;
}
