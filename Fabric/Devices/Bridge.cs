namespace Fabric.Devices;

/// <summary>A virtual switch: learns where stations are and forwards by Ethernet address (IEEE 802.1Q, chapter 8).</summary>
public sealed record Bridge : Device
{
    /// <summary>Its id.</summary>
    public required BridgeId Id { get; init; }

    /// <summary>The operator wants it up; a bridge that is down drops silently.</summary>
    public bool IsAdminUp { get; init; } = true;

    /// <summary>Rules for untagged packets that enter it, after the port's own.</summary>
    public ChainId? InboundChain { get; init; }

    /// <summary>Rules for untagged packets that leave it, before the port's own.</summary>
    public ChainId? OutboundChain { get; init; }

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References
    {
        get
        {
            if (InboundChain is { } inbound)
                yield return inbound;
            if (OutboundChain is { } outbound)
                yield return outbound;
        }
    }
}
