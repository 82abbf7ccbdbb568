namespace Fabric.Devices;

/// <summary>One rule of a chain.</summary>
public sealed record Rule
{
    /// <summary>Its name, unique in the chain.</summary>
    public required string Name { get; init; }

    /// <summary>What packets it is for; everything by default.</summary>
    public RuleMatch Match { get; init; } = RuleMatch.Everything;

    /// <summary>What it does with them.</summary>
    public required RuleAction Action { get; init; }

    /// <summary>The chain to go on in; set exactly for <see cref="RuleAction.Jump"/>.</summary>
    public ChainId? JumpTo { get; init; }

    /// <summary>The tag to add, protocol identifier and control information; set exactly for <see cref="RuleAction.PushVlan"/>.</summary>
    public VlanTag? Vlan { get; init; }

    /// <summary>A meter that counts what the rule matches, or null.</summary>
    public string? Meter { get; init; }

    /// <summary>The devices that it names.</summary>
    public IEnumerable<DeviceRef> References
    {
        get
        {
            if (JumpTo is { } target)
                yield return target;
            foreach (var reference in Match.References)
                yield return reference;
        }
    }
}
