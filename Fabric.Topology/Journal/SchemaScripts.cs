using System.Reflection;

namespace Fabric.Topology.Journal;

/// <summary>The numbered scripts that make a journal's tables: files of a folder for each kind of database.</summary>
/// <remarks>A script is never changed after a release; a new one is added.</remarks>
internal static class SchemaScripts
{
    /// <summary>The scripts of a folder of resources in their order; number 1 is the first.</summary>
    internal static IReadOnlyList<string> Of(Assembly assembly, string folder)
    {
        var scripts = new List<string>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add(reader.ReadToEnd());
        }
        return scripts;
    }

    /// <summary>The exception for a database that holds no journal.</summary>
    internal static JournalException None(string journal) =>
        new(JournalFailure.Unreadable, $"journal {journal}: it holds no journal; name another");

    /// <summary>The exception for a journal that had tables once.</summary>
    internal static JournalException Gone(string journal) =>
        new(JournalFailure.Unreadable, $"journal {journal}: its tables are gone; restore them from a backup");

    /// <summary>The exception for a journal that lies in its database in another way.</summary>
    internal static JournalException OfAnother(string journal) =>
        new(
            JournalFailure.Unreadable,
            $"journal {journal}: it is the journal of another kind of hive; name its kind, or carry it over with `fabric journal copy`"
        );

    /// <summary>The exception for a journal whose scripts go further than those that this version has.</summary>
    internal static JournalException TooNew(string journal, int found, int known) =>
        new(
            JournalFailure.Unreadable,
            $"journal {journal}: its schema is number {found}, this version knows up to {known}; run the newer version"
        );
}
