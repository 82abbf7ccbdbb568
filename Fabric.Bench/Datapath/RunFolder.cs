using System.Diagnostics;
using System.Globalization;
using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath;

/// <summary>The folder of one run's sockets, databases and logs, and what tells its leftovers from those of a run that lives.</summary>
/// <remarks>
/// Every program that a run starts has this folder among its arguments, every namespace has the process id in its name. So the next run
/// can take away what one that was killed could not, and touches nothing else.
/// </remarks>
internal sealed class RunFolder : IDisposable
{
    /// <summary>How folders and namespaces of runs begin.</summary>
    public const string Prefix = "fabbench-";

    /// <summary>Makes the folder of this process.</summary>
    public RunFolder() => Directory.CreateDirectory(Path);

    /// <summary>Where it is.</summary>
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), Prefix + Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>A file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Takes away what runs that are dead have left.</summary>
    public static void SweepLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*").Where(IsDead))
        {
            EndProcessesOf(folder);
            Directory.Delete(folder, recursive: true);
        }
        foreach (var name in NetworkNamespace.List().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && IsDead(name)))
            NetworkNamespace.Delete(name);
    }

    private static bool IsDead(string name)
    {
        var id = System.IO.Path.GetFileName(name)[Prefix.Length..].Split('-')[0];
        return int.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var process)
            && !Directory.Exists($"/proc/{process}");
    }

    private static void EndProcessesOf(string folder)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (IsArgumentOf(process.Id, folder + "/"))
                    process.Kill();
            }
        }
    }

    private static bool IsArgumentOf(int process, string text)
    {
        try
        {
            return System.IO.File.ReadAllText($"/proc/{process}/cmdline").Contains(text, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It ended while we looked.
            return false;
        }
    }
}
