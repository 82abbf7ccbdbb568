using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of an action that takes more than a word.</summary>
internal static class ActionShape
{
    /// <summary>The tag of IEEE 802.1Q.</summary>
    public const ushort CustomerTag = 0x8100;

    private const ushort ServiceTag = 0x88a8;

    /// <summary>Chain to go on in.</summary>
    public static Key<ScalarForm<string>> Jump { get; } =
        new("jump", Forms.Reference(DeviceKind.Chain), "The chain to go on in; after its end the next rule here.");

    /// <summary>Tag to add.</summary>
    public static Key<ScalarForm<int>> PushVlan { get; } =
        new("push-vlan", Forms.Integer("VLAN identifier from 0 to 4094", 0, 4094, "100"), "Adds a VLAN tag of this identifier.");

    /// <summary>Priority of the tag.</summary>
    public static Key<ScalarForm<int>> Priority { get; } =
        new("priority", Forms.Integer("priority from 0 to 7", 0, 7, "3"), "With `push-vlan`: the priority code point.") { Default = "0" };

    /// <summary>Sort of tag.</summary>
    public static Key<ScalarForm<ushort>> Tpid { get; } =
        new(
            "tpid",
            Forms.Words("tag protocol", ("0x8100", CustomerTag), ("0x88a8", ServiceTag)),
            "With `push-vlan`: 0x8100 for a customer tag, 0x88a8 for a service tag."
        )
        {
            Default = "0x8100",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("action", "An action with a value.", Jump, PushVlan, Priority, Tpid);
}
