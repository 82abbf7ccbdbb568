namespace Fabric.Devices;

/// <summary>What a rule does with a packet that it matches.</summary>
public enum RuleAction : byte
{
    /// <summary>Ends the traversal: the packet passes.</summary>
    Accept,

    /// <summary>Ends the traversal: the packet is dropped silently.</summary>
    Drop,

    /// <summary>Ends the traversal: the packet is dropped and its source is told, by TCP reset or ICMP prohibited.</summary>
    Reject,

    /// <summary>Goes on with the next rule; for rules that only count or rewrite.</summary>
    Continue,

    /// <summary>Goes on in another chain, and after its end or return with the next rule here.</summary>
    Jump,

    /// <summary>Goes back to the chain that jumped here; at the outermost chain the packet passes.</summary>
    Return,

    /// <summary>Adds a VLAN tag and goes on.</summary>
    PushVlan,

    /// <summary>Removes the outer VLAN tag, if there is one, and goes on.</summary>
    PopVlan,

    /// <summary>Turns tracing of this packet on and goes on.</summary>
    Trace,
}
