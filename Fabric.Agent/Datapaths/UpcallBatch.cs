namespace Fabric.Agent.Datapaths;

/// <summary>Room for the upcalls of one poll.</summary>
/// <remarks>Owned by one upcall thread; reused.</remarks>
public sealed class UpcallBatch
{
    /// <summary>Upcalls that one poll returns at most.</summary>
    public const int Capacity = 64;

    private readonly Upcall[] _slots = new Upcall[Capacity];

    /// <summary>Upcalls in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>No further upcall fits.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>One upcall.</summary>
    public ref Upcall this[int index] => ref _slots[index];

    /// <summary>Takes the next slot; the batch must not be full.</summary>
    public ref Upcall Add() => ref _slots[Count++];

    /// <summary>Empties the batch.</summary>
    public void Clear() => Count = 0;
}
