namespace Fabric.Tests.Akka;

/// <summary>Settings with which a cluster on loopback comes about in tenths of a second; nothing about what it promises.</summary>
internal static class ClusterSettings
{
    public const string Quick = """
        akka.cluster {
          gossip-interval = 100ms
          leader-actions-interval = 100ms
          unreachable-nodes-reaper-interval = 200ms
          periodic-tasks-initial-delay = 50ms
          retry-unsuccessful-join-after = 500ms
          pub-sub.gossip-interval = 100ms
          distributed-data.gossip-interval = 200ms
          distributed-data.notify-subscribers-interval = 50ms
          sharding.retry-interval = 100ms
          sharding.distributed-data.notify-subscribers-interval = 50ms
          singleton.hand-over-retry-interval = 100ms
          singleton-proxy.singleton-identification-interval = 100ms
        }
        """;
}
