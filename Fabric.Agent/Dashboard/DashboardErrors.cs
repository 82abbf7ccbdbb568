using Fabric.Agent.Errors;

namespace Fabric.Agent.Dashboard;

/// <summary>What can go wrong with the dashboard: FABRIC-3500 to 3599.</summary>
public static class DashboardErrors
{
    /// <summary>The port is taken.</summary>
    public static ErrorEntry PortTaken { get; } =
        new(
            3501,
            "dashboard's port is taken",
            "Another program, perhaps another dashboard, listens on the port at 127.0.0.1.",
            "Use the dashboard that runs, or another port: `fabric dashboard --port N`; 0 takes any that is free.",
            ExitCode.Conflict
        );

    /// <summary>The program has no pages.</summary>
    public static ErrorEntry NoPages { get; } =
        new(
            3502,
            "built without the dashboard's pages",
            "The pages are made by Node.js when the program is built, and there was none on the machine that built this one. Everything else is there.",
            "Install Node.js 20 or newer with npm, and build again by `./build.sh`."
        );
}
