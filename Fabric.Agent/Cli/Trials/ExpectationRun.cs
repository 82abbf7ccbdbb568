using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Expectations;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Tries all assertions of a description.</summary>
internal static class ExpectationRun
{
    /// <summary>Tries them in order.</summary>
    public static ImmutableArray<ExpectationOutcome> Of(TopologySnapshot topology, ImmutableArray<Expectation> expectations)
    {
        var packets = new ExpectationTrial(topology);
        var isolation = new IsolationTrial(topology);
        var outcomes = ImmutableArray.CreateBuilder<ExpectationOutcome>();
        foreach (var expectation in expectations)
        {
            if (expectation is Expectation.Packet packet)
                outcomes.AddRange(packets.Try(packet));
            else if (expectation is Expectation.Isolation tenants)
                outcomes.Add(isolation.Try(tenants));
            else
                throw new UnreachableException();
        }
        return outcomes.DrainToImmutable();
    }

    /// <summary>The problem that an assertion is that does not hold.</summary>
    public static Problem ProblemOf(ExpectationOutcome outcome)
    {
        var wanted = outcome.Expectation is Expectation.Packet packet ? Words(packet) : "isolated";
        return new Problem(DescriptionErrors.ExpectationFailed, $"expected {wanted}, found {outcome.Found}: {outcome.Asked}")
        {
            At = outcome.Expectation.At,
            Why = outcome.Why,
        };
    }

    private static string Words(Expectation.Packet packet)
    {
        var result = packet.Result.ToString().ToLowerInvariant();
        return packet.By is { } rule ? $"{result} by `{rule}`" : result;
    }
}
