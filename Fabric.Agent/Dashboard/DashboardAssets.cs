using System.IO.Compression;
using System.Reflection;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Dashboard;

/// <summary>The files of the pages, out of the program itself.</summary>
/// <remarks>Any thread; never changed. Kept compressed, since every browser takes that.</remarks>
internal sealed class DashboardAssets
{
    /// <summary>The page that all others are parts of.</summary>
    public const string Index = "index.html";

    private const string Prefix = "dashboard/";

    private readonly Dictionary<string, DashboardAsset> _assets;

    private DashboardAssets(Dictionary<string, DashboardAsset> assets) => _assets = assets;

    /// <summary>Reads those of this program.</summary>
    /// <returns>Null if the program was built without.</returns>
    public static DashboardAssets? Load() => Load(typeof(DashboardAssets).Assembly);

    /// <summary>Reads those of a program.</summary>
    /// <exception cref="FabricException">It was built without.</exception>
    public static DashboardAssets Require(Assembly program) =>
        Load(program) ?? throw new FabricException(DashboardErrors.NoPages, "this program was built without the dashboard's pages");

    private static DashboardAssets? Load(Assembly assembly)
    {
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var assets = names.ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal);
        return assets.ContainsKey(Index) ? new DashboardAssets(assets) : null;
    }

    /// <summary>Takes files as they are; one must be the page itself.</summary>
    public static DashboardAssets Of(params (string Path, DashboardAsset Asset)[] assets) =>
        new(assets.ToDictionary(asset => asset.Path, asset => asset.Asset, StringComparer.Ordinal));

    /// <summary>The file of a path; of one that is no file's the page itself, which knows what to show there.</summary>
    public DashboardAsset Find(string path) => _assets.GetValueOrDefault(path.TrimStart('/')) ?? _assets[Index];

    private static DashboardAsset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        return Compress(name, stream);
    }

    /// <summary>A file by its name and content.</summary>
    public static DashboardAsset Compress(string name, Stream content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            content.CopyTo(gzip);
        return new DashboardAsset(TypeOf(name), compressed.ToArray());
    }

    private static string TypeOf(string name) =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
}
