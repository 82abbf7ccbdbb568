namespace Fabric.Devices;

/// <summary>A pool of a router, where its name would be too long.</summary>
/// <param name="Router">The router.</param>
/// <param name="Name">A number made of the name; the same at every host.</param>
public readonly record struct PoolKey(RouterId Router, ulong Name)
{
    /// <summary>The key of a pool: the name by FNV-1a of 64 bits.</summary>
    public static PoolKey Of(RouterId router, string name)
    {
        var hash = 0xcbf2_9ce4_8422_2325;
        foreach (var letter in name)
            hash = (hash ^ letter) * 0x0000_0100_0000_01b3;
        return new PoolKey(router, hash);
    }
}
