using Fabric.Agent.Errors;

namespace Fabric.Agent.Lab;

/// <summary>`fabric lab demo`.</summary>
internal static class DemoHost
{
    public static Task<ExitCode> RunAsync(LabName name, TextWriter output, CancellationToken cancellation) => throw new NotImplementedException();
}
