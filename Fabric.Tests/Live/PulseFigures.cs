namespace Fabric.Tests.Live;

/// <summary>What became of the datagrams of one way.</summary>
/// <param name="Name">What the way is called.</param>
/// <param name="Sent">How many were sent.</param>
/// <param name="Lost">How many of these were never answered.</param>
/// <param name="Pause">The longest time between two that were answered and were sent one after the other but for lost ones; their spacing is in it.</param>
/// <param name="Slowest">The longest that an answer took.</param>
internal sealed record PulseFigures(string Name, int Sent, int Lost, TimeSpan Pause, TimeSpan Slowest)
{
    public override string ToString() =>
        $"{Name} {Lost} of {Sent} lost, {Pause.TotalMilliseconds:0} ms between answered ones, slowest {Slowest.TotalMilliseconds:0} ms";
}
