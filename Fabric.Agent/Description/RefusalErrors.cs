using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>Refusals by the rules of the network: FABRIC-2000 to 2999, one for each <see cref="RejectionReason"/>.</summary>
public static class RefusalErrors
{
    /// <summary><see cref="RejectionReason.Invalid"/>.</summary>
    public static ErrorEntry Invalid { get; } =
        new(2001, "not allowed", "A value is out of range, or a condition can never hold.", "The message says what would be allowed.");

    /// <summary><see cref="RejectionReason.NotFound"/>.</summary>
    public static ErrorEntry NotFound { get; } =
        new(
            2002,
            "no such device",
            "The device that was to be changed does not exist.",
            "`fabric show` lists what there is.",
            ExitCode.NotFound
        );

    /// <summary><see cref="RejectionReason.NameTaken"/>.</summary>
    public static ErrorEntry NameTaken { get; } =
        new(
            2003,
            "name taken",
            "Another device of the kind bears the name.",
            "Choose another name, or change that device.",
            ExitCode.Conflict
        );

    /// <summary><see cref="RejectionReason.IdTaken"/>.</summary>
    public static ErrorEntry IdTaken { get; } =
        new(2004, "id taken", "The id is, or was, another device's.", "Run the command again; it takes another id.", ExitCode.Conflict);

    /// <summary><see cref="RejectionReason.DanglingReference"/>.</summary>
    public static ErrorEntry DanglingReference { get; } =
        new(
            2005,
            "names what does not exist",
            "The change would name a device that does not exist.",
            "Create that device first, or leave the name out."
        );

    /// <summary><see cref="RejectionReason.StillReferenced"/>.</summary>
    public static ErrorEntry StillReferenced { get; } =
        new(
            2006,
            "still in use",
            "Another device names the one that is to be deleted.",
            "Delete or change that device first.",
            ExitCode.Conflict
        );

    /// <summary><see cref="RejectionReason.ChainLoop"/>.</summary>
    public static ErrorEntry ChainLoop { get; } =
        new(2007, "chains in a circle", "Chains would jump to each other in a circle.", "Remove one of the jumps.");

    /// <summary><see cref="RejectionReason.Conflict"/>.</summary>
    public static ErrorEntry Conflict { get; } =
        new(2008, "claimed by two", "Two devices would claim one address, interface or peer.", "Change one of the two.", ExitCode.Conflict);

    /// <summary><see cref="RejectionReason.VersionConflict"/>.</summary>
    public static ErrorEntry VersionConflict { get; } =
        new(
            2009,
            "changed meanwhile",
            "The device was changed since the command was made.",
            "Look at the change, and run the command again.",
            ExitCode.Conflict
        );

    /// <summary><see cref="RejectionReason.TooNew"/>.</summary>
    public static ErrorEntry TooNew { get; } =
        new(
            2010,
            "too new for an agent",
            "The change is of a kind that an older agent of this network does not read; it would have to stop following.",
            "Upgrade the agent that the message names, or delete its host if it is gone for good. Until then, do without what is new."
        );

    /// <summary>The problem that a refusal is.</summary>
    /// <param name="rejection">The refusal.</param>
    /// <param name="places">Where devices are declared, for a description.</param>
    public static Problem ProblemOf(Rejection rejection, IReadOnlyDictionary<DeviceRef, SourcePosition>? places = null)
    {
        // The core's sentence ends with what to do, behind a colon.
        var colon = rejection.Message.LastIndexOf(": ", StringComparison.Ordinal);
        return new Problem(EntryOf(rejection.Reason), colon < 0 ? rejection.Message : rejection.Message[..colon])
        {
            Remedy = colon < 0 ? null : rejection.Message[(colon + 2)..],
            At = PlaceOf(rejection.Subject, places) ?? PlaceOf(rejection.Other, places),
        };
    }

    private static SourcePosition? PlaceOf(DeviceRef? device, IReadOnlyDictionary<DeviceRef, SourcePosition>? places) =>
        device is { } known ? places?.GetValueOrDefault(known) : null;

    private static ErrorEntry EntryOf(RejectionReason reason) =>
        reason switch
        {
            RejectionReason.Invalid => Invalid,
            RejectionReason.NotFound => NotFound,
            RejectionReason.NameTaken => NameTaken,
            RejectionReason.IdTaken => IdTaken,
            RejectionReason.DanglingReference => DanglingReference,
            RejectionReason.StillReferenced => StillReferenced,
            RejectionReason.ChainLoop => ChainLoop,
            RejectionReason.Conflict => Conflict,
            RejectionReason.VersionConflict => VersionConflict,
            RejectionReason.TooNew => TooNew,
        };
}
