namespace Fabric.Bindings;

/// <summary>Which of the last echoes came back.</summary>
/// <remarks>A value that its owner changes; 128 echoes are remembered, one bit each, the newest lowest.</remarks>
public struct EchoWindow
{
    /// <summary>Echoes that the loss is counted over.</summary>
    public const int Size = 100;

    /// <summary>Echoes that are remembered.</summary>
    public const int Capacity = 128;

    private UInt128 _back;
    private int _count;

    /// <summary>An echo was sent.</summary>
    public void Sent()
    {
        _back <<= 1;
        _count = Math.Min(_count + 1, Capacity);
    }

    /// <summary>One came back.</summary>
    /// <param name="since">How many have been sent after it.</param>
    public void CameBack(uint since)
    {
        if (since < Capacity)
            _back |= UInt128.One << (int)since;
    }

    /// <summary>How many of the last hundred did not come back, and of how many that is.</summary>
    /// <param name="underway">The newest ones, which are not counted: they may still come.</param>
    public readonly (int Lost, int Of) Count(int underway)
    {
        var of = Math.Clamp(_count - underway, 0, Size);
        var counted = of == 0 ? UInt128.Zero : (_back >> underway) & (UInt128.MaxValue >> (Capacity - of));
        return (of - (int)UInt128.PopCount(counted), of);
    }
}
