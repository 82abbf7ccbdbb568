using Fabric.Agent.Errors;

namespace Fabric.Agent.Description;

/// <summary>What can be wrong with fabric.yaml: FABRIC-1000 to 1999.</summary>
public static class DescriptionErrors
{
    /// <summary>The text is no YAML, or YAML that descriptions do not use.</summary>
    public static ErrorEntry Syntax { get; } =
        new(
            1001,
            "not YAML",
            "The text stops being YAML at this place, or uses a part of YAML that descriptions do without: tags, merge keys, several documents.",
            "Repair the line. Brackets and quotes must close, indentation is by spaces, and a value with ': ' or a leading special character needs quotes."
        );

    /// <summary>A key twice in one map, or a device declared twice.</summary>
    public static ErrorEntry Twice { get; } =
        new(
            1002,
            "declared twice",
            "A key stands twice in one map, or two places declare a device of one kind and name. Ports of bridges and of routers share one namespace in a tenant.",
            "Remove or rename one of the two."
        );

    /// <summary>No file, or no `fabric: v1` at its top.</summary>
    public static ErrorEntry Version { get; } =
        new(
            1003,
            "not a description",
            "A description begins with `fabric: v1`, which tells the version of the format.",
            "Add the line `fabric: v1` at the top of the file."
        );

    /// <summary>A key that the map does not have.</summary>
    public static ErrorEntry UnknownKey { get; } =
        new(
            1101,
            "unknown key",
            "The map has no key of this name.",
            "Take one of the keys that the message lists; `fabric explain fabric.yaml` lists all."
        );

    /// <summary>A key that must be there.</summary>
    public static ErrorEntry MissingKey { get; } = new(1102, "missing key", "The map needs a key that it does not have.", "Add the key.");

    /// <summary>A map where a list belongs, a text where a map belongs.</summary>
    public static ErrorEntry WrongForm { get; } =
        new(
            1103,
            "wrong form of value",
            "The key takes another form of value: a map, a list or a single value.",
            "Write the value in the form that the message names."
        );

    /// <summary>A value that cannot be read.</summary>
    public static ErrorEntry WrongValue { get; } =
        new(
            1104,
            "wrong value",
            "The value is not one that the key takes: not an address, out of range, not one of the words.",
            "Write a value as the message shows."
        );

    /// <summary>A name with characters that names do not have.</summary>
    public static ErrorEntry BadName { get; } =
        new(
            1105,
            "not a name",
            "A name has 1 to 63 characters of a-z, A-Z, 0-9, '-', '_' and '.', and begins with a letter or digit.",
            "Choose another name."
        );

    /// <summary>A rule without a name.</summary>
    public static ErrorEntry Anonymous { get; } =
        new(
            1106,
            "rule without a name",
            "Every rule has a name, unique in its chain: drops, counters and changes are told by it.",
            "Add `name: ...` to the rule."
        );

    /// <summary>A name that nothing bears.</summary>
    public static ErrorEntry UnknownName { get; } =
        new(
            1201,
            "unknown name",
            "The name refers to something that the description does not declare.",
            "Declare it, or correct the name. Devices name only devices of their own tenant."
        );

    /// <summary>Two keys or values that exclude or contradict each other.</summary>
    public static ErrorEntry Contradiction { get; } =
        new(1202, "contradiction", "Two things that are written here exclude or contradict each other.", "Keep one of the two.");

    /// <summary>Something that follows from elsewhere, but does not here.</summary>
    public static ErrorEntry NotDerivable { get; } =
        new(
            1203,
            "cannot be derived",
            "A value that was left out would follow from the rest of the description, but does not here.",
            "Write the value."
        );

    /// <summary>A device that descriptions cannot express.</summary>
    public static ErrorEntry NotExpressible { get; } =
        new(
            1204,
            "cannot be written as fabric.yaml",
            "The state holds a device that fabric.yaml has no words for.",
            "Rename or delete the device through the agent."
        );

    /// <summary>An assertion of `expect:` does not hold.</summary>
    public static ErrorEntry ExpectationFailed { get; } =
        new(
            1301,
            "expectation failed",
            "A packet of an `expect:` assertion ends otherwise than the assertion says.",
            "Change the network, or the assertion; the message names what decided."
        );
}
