using Fabric.Packets;

namespace Fabric.Bindings;

/// <summary>The states of a way between hosts (RFC 5880, sections 6.2 and 6.8.6).</summary>
/// <remarks>
/// Who hears its own packets back (RFC 9747, section 2) passes all of it alone:
/// <code>
///   Down --heard Down--> Init --heard Init--> Up --heard Up--> Up
///    ^___________________/ silence             | silence
///    ^_________________________________________/
/// </code>
/// </remarks>
public static class BfdMachine
{
    /// <summary>The state after an input.</summary>
    public static BfdState Next(BfdState state, BfdInput input) =>
        (state, input) switch
        {
            (BfdState.AdminDown, _) => BfdState.AdminDown,
            (_, BfdInput.Silence) => BfdState.Down,
            (BfdState.Down, BfdInput.HeardDown) => BfdState.Init,
            (BfdState.Down, BfdInput.HeardInit) => BfdState.Up,
            // Only an answer to an answer brings a way up again, lest one end alone believes it.
            (BfdState.Down, BfdInput.HeardUp) => BfdState.Down,
            (BfdState.Init, BfdInput.HeardDown) => BfdState.Init,
            (BfdState.Init, BfdInput.HeardInit or BfdInput.HeardUp) => BfdState.Up,
            (BfdState.Up, BfdInput.HeardDown) => BfdState.Down,
            (BfdState.Up, BfdInput.HeardInit or BfdInput.HeardUp) => BfdState.Up,
        };
}
