using System.Globalization;

namespace Fabric.Agent.Cli;

/// <summary>Writes what whoever mends a mistake of ours needs, into a file: a terminal is no place for a stack of calls.</summary>
internal static class BugReportHost
{
    /// <summary>Writes a new file that only this user reads.</summary>
    /// <param name="bug">What happened.</param>
    /// <param name="command">The command's name; its options may hold secrets, so they are left out.</param>
    /// <returns>The file, or null if none could be written.</returns>
    public static string? Write(Exception bug, string command)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"fabric {VersionCommand.Version}, .NET {Environment.Version}, {Environment.OSVersion}\ncommand: {command}\n\n{bug}\n"
        );
        try
        {
            var folder = Directory.CreateTempSubdirectory("fabric-report-");
            var path = Path.Combine(folder.FullName, "report.txt");
            File.WriteAllText(path, text);
            return path;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
