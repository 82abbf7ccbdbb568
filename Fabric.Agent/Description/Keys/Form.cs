using System.Text.Json.Nodes;

namespace Fabric.Agent.Description.Keys;

/// <summary>What the value of a key looks like.</summary>
internal abstract record Form
{
    /// <summary>What it is in a few words, for tables: 'prefix', 'map of bridges'.</summary>
    public abstract string Type { get; }

    /// <summary>What is expected, for messages: 'an Ethernet address such as 02:00:00:00:00:0a'.</summary>
    public abstract string Words { get; }

    /// <summary>The same as JSON Schema.</summary>
    public abstract JsonNode Schema();
}
