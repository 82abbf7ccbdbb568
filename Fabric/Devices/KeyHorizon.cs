namespace Fabric.Devices;

/// <summary>How far all members are known to have come: a tunnel key that was freed before is no one's any more, wherever it is looked at.</summary>
/// <param name="Position">Every member has applied the journal up to here, or has left.</param>
/// <param name="Time">A day ago, by the deciding node's clock.</param>
/// <remarks>The default has seen nothing, so that no key is given again under it.</remarks>
public readonly record struct KeyHorizon(long Position, DateTimeOffset Time)
{
    /// <summary>How long a key rests at least, whatever members say: a packet or a clock may be late.</summary>
    public static TimeSpan Rest { get; } = TimeSpan.FromHours(24);

    /// <summary>The horizon when all members have reached a position and it is some time.</summary>
    public static KeyHorizon At(long position, DateTimeOffset now) => new(position, now - Rest);

    /// <summary>A key that was freed then may be given again.</summary>
    public bool IsPassedBy(RestingKey key) => key.Position <= Position && key.Time <= Time;
}
