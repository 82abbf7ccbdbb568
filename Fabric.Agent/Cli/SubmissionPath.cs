using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>Has a change made that was found right here.</summary>
internal static class SubmissionPath
{
    /// <summary>Sends it to the agent.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="change">What to change; refused if somebody else changed one of its devices meanwhile.</param>
    /// <param name="places">Where devices are declared; empty if nowhere.</param>
    /// <param name="reason">Why, for the journal.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FabricException">It was refused, or the agent cannot store it.</exception>
    public static async Task<SubmitAnswer> RunAsync(
        IAgentClient agent,
        DescriptionChange change,
        IReadOnlyDictionary<DeviceRef, SourcePosition> places,
        string reason,
        CancellationToken cancellation
    )
    {
        var envelope = new CommandEnvelope(NetworkHost.RandomRequest(), NetworkHost.Author, reason, change.Command);
        var answer = await agent.SubmitAsync(envelope, cancellation);
        if (answer.Rejection is { } rejection)
            throw new FabricException([MeanwhileErrors.Of(answer, rejection, change.Before, places)]);
        return answer;
    }
}
