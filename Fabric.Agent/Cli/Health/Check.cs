namespace Fabric.Agent.Cli.Health;

/// <summary>One thing that `fabric doctor` looks at.</summary>
/// <param name="Name">Its name: the area, and what is looked at.</param>
/// <param name="Fix">What to do if it is not as it should be.</param>
/// <param name="Look">Looks; what it needs to know has been gathered.</param>
internal sealed record Check(string Name, string Fix, Func<MachineFacts, (CheckResult Result, string Found)> Look)
{
    /// <summary>Does it.</summary>
    public CheckOutcome Run(MachineFacts facts)
    {
        var (result, found) = Look(facts);
        return new CheckOutcome(this, result, found);
    }
}
