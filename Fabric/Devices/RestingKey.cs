namespace Fabric.Devices;

/// <summary>A tunnel key whose device was deleted, and that is not given again for a while.</summary>
/// <param name="Key">The key.</param>
/// <param name="Position">The position of the journal at which its device was deleted.</param>
/// <param name="Time">When that was, by the storing node's clock.</param>
public readonly record struct RestingKey(uint Key, long Position, DateTimeOffset Time);
