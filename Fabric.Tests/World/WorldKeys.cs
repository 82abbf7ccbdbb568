using Fabric.Topology.Peers;

namespace Fabric.Tests.World;

/// <summary>The keys of all hosts of all worlds: a host keeps its own on its disk.</summary>
internal static class WorldKeys
{
    private static readonly Lazy<string[]> s_keys = new(() => [.. Enumerable.Range(0, 8).Select(_ => Make())]);

    public static PeerKeyPair Of(int host) =>
        PeerKeyPair.TryImport(s_keys.Value[host], out var key) ? key : throw new InvalidOperationException("no key");

    private static string Make()
    {
        using var key = PeerKeyPair.Create();
        return key.Export();
    }
}
