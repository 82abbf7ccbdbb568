namespace Fabric.Agent.Cli.Undoing;

/// <summary>Waits for somebody to say that a change may stay.</summary>
internal static class ConfirmationPath
{
    /// <summary>Waits for a line.</summary>
    /// <param name="input">Where it is read.</param>
    /// <param name="patience">How long.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stop">The session ends: nobody will answer.</param>
    public static async Task<Confirmation> RunAsync(TextReader input, TimeSpan patience, TimeProvider clock, CancellationToken stop)
    {
        // A terminal's line cannot be waited for but by a thread; if nobody writes one it ends with the process.
        var line = Task.Factory.StartNew(input.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return (await line.WaitAsync(patience, clock, stop))?.Trim().ToLowerInvariant() switch
            {
                "" or "y" or "yes" or "keep" => Confirmation.Kept,
                null => Confirmation.Gone,
                _ => Confirmation.Refused,
            };
        }
        catch (TimeoutException)
        {
            return Confirmation.Late;
        }
        catch (OperationCanceledException)
        {
            return Confirmation.Gone;
        }
    }
}
