namespace Fabric.Agent.Cli.Capturing;

/// <summary>What a source of captured packets tells: a packet, or that all before some time have been told.</summary>
/// <param name="Frame">The packet; null for none.</param>
/// <param name="Until">No packet that is told later has an earlier time; meant only without a packet.</param>
internal readonly record struct CaptureNews(CapturedFrame? Frame, DateTimeOffset Until)
{
    /// <summary>A packet.</summary>
    public static CaptureNews Of(in CapturedFrame frame) => new(frame, default);

    /// <summary>All packets before a time have been told.</summary>
    public static CaptureNews AllUntil(DateTimeOffset time) => new(null, time);
}
