using Fabric.Devices;

namespace Fabric.Tests.Laws;

internal sealed partial class WorldGenerator
{
    /// <summary>A check finds some member otherwise; false if there is none.</summary>
    private bool LearnHealth()
    {
        var pools = Topology
            .Routers.Values.OrderBy(router => router.Id.Value)
            .SelectMany(router => router.Pools.Values.Select(pool => (Key: PoolKey.Of(router.Id, pool.Name), Pool: pool)))
            .Where(known => !known.Pool.Members.IsEmpty)
            .ToArray();
        if (pools.Length == 0)
            return false;
        var (key, pool) = Pick(pools);
        var member = MemberKey.Of(key, Pick([.. pool.Members.Values]));
        var health = new MemberHealth((byte)(50 * _random.Next(3)), CheckResult.NoAnswer, 0);
        var known = Learned.Health.GetValueOrDefault(key) ?? PoolHealth.Unknown;
        Learned = Learned with { Health = Learned.Health.SetItem(key, known.With(member, health)) };
        return true;
    }
}
