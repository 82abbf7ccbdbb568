namespace Fabric.Devices;

/// <summary>One thing of the description of the network, as of one position of the journal.</summary>
/// <remarks>Immutable; any thread. A changed device is another value with a higher <see cref="Version"/>.</remarks>
public abstract record Device
{
    /// <summary>What people call it.</summary>
    public required DeviceName Name { get; init; }

    /// <summary>How many events have changed it, 1 from its creation on; set by applying events, 0 before.</summary>
    public long Version { get; init; }

    /// <summary>Its kind and id.</summary>
    public abstract DeviceRef Ref { get; }

    /// <summary>The devices that it names and that must exist as long as it does.</summary>
    public abstract IEnumerable<DeviceRef> References { get; }
}
