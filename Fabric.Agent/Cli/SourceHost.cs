using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Reads the files and addresses that the command line names.</summary>
internal static class SourceHost
{
    /// <summary>The name of standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads a file, every .yaml and .yml file of a folder by name, standard input, or what an address of the web answers.</summary>
    /// <exception cref="FabricException">A file cannot be read, or the folder holds none.</exception>
    public static async Task<IReadOnlyList<SourceText>> ReadAsync(IEnumerable<string> paths, CommandCall call)
    {
        var sources = new List<SourceText>();
        foreach (var path in paths.SelectMany(FilesOf))
            sources.Add(await ReadFileAsync(path, call));
        return sources;
    }

    /// <summary>Reads one file, standard input or address.</summary>
    /// <exception cref="FabricException">It cannot be read.</exception>
    public static async Task<SourceText> ReadFileAsync(string path, CommandCall call)
    {
        if (FetchHost.IsAddress(path))
            return await FetchHost.ReadAsync(path, FetchHost.Patience, call.Cancellation);
        try
        {
            var text =
                path == StandardInput
                    ? await call.Terminal.In.ReadToEndAsync(call.Cancellation)
                    : await File.ReadAllTextAsync(path, call.Cancellation);
            return new SourceText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (path == StandardInput || FetchHost.IsAddress(path) || !Directory.Exists(path))
            return [path];
        var files = Directory
            .EnumerateFiles(path)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal)
            .ToArray();
        return files.Length > 0 ? files : throw new FabricException(CliErrors.NoFiles, $"'{path}' holds no description");
    }

    private static FabricException Unreadable(string path, Exception failure)
    {
        var why = failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : failure.Message;
        return new FabricException(CliErrors.Unreadable, $"cannot read '{path}'", why);
    }
}
