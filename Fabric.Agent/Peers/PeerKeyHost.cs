using Fabric.Topology.Peers;

namespace Fabric.Agent.Peers;

/// <summary>Keeps an agent's key in a file that only its owner may read; makes it when the agent starts for the first time.</summary>
/// <remarks>Whoever has the file can speak for the host. One that is lost costs nothing: the next start makes another, and the journal tells it.</remarks>
public static class PeerKeyHost
{
    /// <summary>The file's name in the agent's folder.</summary>
    public const string FileName = "peer-key.pem";

    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the key, or makes it.</summary>
    /// <param name="folder">The agent's own folder, which is there; no other agent uses it at the same time.</param>
    /// <exception cref="IOException">The file cannot be read or made, holds no key, or others may read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read or made.</exception>
    public static PeerKeyPair LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return Create(path);
        if ((File.GetUnixFileMode(path) & OfOthers) != 0)
            throw new IOException($"{path} is a secret, and others may read or write it; make it mode 600, or delete it for a new key");
        return PeerKeyPair.TryImport(File.ReadAllText(path), out var pair)
            ? pair
            : throw new IOException($"{path} holds no key of this host; delete it, and the next start makes a new one");
    }

    // Complete under another name first: an agent that is killed in between leaves no half of a key.
    private static PeerKeyPair Create(string path)
    {
        var pair = PeerKeyPair.Create();
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Secret,
        };
        using (var writer = new StreamWriter(unfinished, System.Text.Encoding.ASCII, options))
        {
            writer.Write(pair.Export());
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
        return pair;
    }
}
