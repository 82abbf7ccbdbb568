namespace Fabric.Tests.World;

/// <content>The end of a story: everything works, nobody changes anything, and soon all is right.</content>
internal sealed partial class World
{
    /// <summary>Seconds without anything unsettled: a lease that could not be renewed is renewed after one and read by others within five more, and facts that got lost are told again after 3.2.</summary>
    private const int Calm = 8;

    private static readonly TimeSpan s_mostPatience = TimeSpan.FromSeconds(90);

    private async Task CalmDownAsync()
    {
        Note("quiet");
        Underlay.Heal();
        Database.Heal();
        foreach (var node in Nodes)
        {
            (node.Trouble, node.Copy.IsFull, node.PausedUntil) = (0, false, default);
            if (!node.IsStarted)
                node.Start();
        }
        while (Nodes.Any(node => node.Agent is null))
            await PassAsync(TimeSpan.FromSeconds(1));
        // All take commands again; a node that could not store is well when it can.
        foreach (var node in Nodes)
            Users.Wish(node);
        var quiet = new QuietCheck(this);
        var (began, calm) = (Thread.Time.GetTimestamp(), 0);
        while (calm < Calm)
        {
            var unsettled = quiet.FindUnsettled();
            calm = unsettled is null ? calm + 1 : 0;
            if (Thread.Time.GetElapsedTime(began) > s_mostPatience)
                Fail($"after {s_mostPatience.TotalSeconds} s of quiet {unsettled}");
            ThrowIfFailed();
            await PassAsync(TimeSpan.FromSeconds(1));
        }
        _stepCheck.Run();
        quiet.Run();
        ThrowIfFailed();
        await new DeliveryCheck(this).RunAsync();
    }
}
