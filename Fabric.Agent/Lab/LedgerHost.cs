using System.Text;

namespace Fabric.Agent.Lab;

/// <summary>The list on disk of what a lab made; each thing is entered before it is made, so that whatever is there stands in it.</summary>
/// <remarks>Any thread. A line reaches the file by one write, so being killed leaves whole lines and at most one that was not finished.</remarks>
internal sealed class LedgerHost : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _gate = new();

    private LedgerHost(FileStream file) => _file = file;

    /// <summary>Begins a ledger.</summary>
    /// <exception cref="IOException">The file exists, or cannot be made.</exception>
    public static LedgerHost Create(string path) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));

    /// <summary>What a ledger holds; nothing if it does not exist.</summary>
    public static IReadOnlyList<LedgerEntry> Read(string path) => File.Exists(path) ? LedgerEntry.ParseAll(File.ReadAllText(path)) : [];

    /// <summary>Enters one thing.</summary>
    public void Add(LedgerEntryKind kind, string name)
    {
        var line = Encoding.UTF8.GetBytes($"{new LedgerEntry(kind, name)}\n");
        lock (_gate)
            _file.Write(line);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
