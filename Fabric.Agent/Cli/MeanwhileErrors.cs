using System.Globalization;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>Tells that a change which the rules had granted was refused in the end: so somebody else was faster.</summary>
public static class MeanwhileErrors
{
    private const string Again =
        "nothing was changed; run the command again: it starts from the network as it is now, and `fabric diff` shows what differs";

    /// <summary>The problem that an agent's refusal is.</summary>
    /// <param name="answer">The agent's answer, which holds a refusal.</param>
    /// <param name="rejection">The refusal.</param>
    /// <param name="before">The network that the change was made against.</param>
    /// <param name="places">Where devices are declared.</param>
    public static Problem Of(
        SubmitAnswer answer,
        Rejection rejection,
        TopologySnapshot before,
        IReadOnlyDictionary<DeviceRef, SourcePosition> places
    )
    {
        var problem = RefusalErrors.ProblemOf(rejection, places) with { Remedy = Again };
        if (rejection.Reason == RejectionReason.VersionConflict && rejection.Subject is { } subject && before.Find(subject) is { } device)
            problem = problem with { What = $"{Nouns.One(device.Ref.Kind)} '{device.Name}' was changed by somebody else at the same time" };
        return problem with { Why = answer.Changed is { } changed ? WhyOf(changed) : "the network has changed since it was read" };
    }

    private static string WhyOf(ChangeRecord changed)
    {
        var time = changed.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var reason = changed.Reason.Length > 0 ? $": {changed.Reason}" : "";
        return $"{changed.Author} changed it at {time} UTC, position {changed.Position} of the journal{reason}";
    }
}
