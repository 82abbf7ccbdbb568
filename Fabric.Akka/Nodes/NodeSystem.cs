using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Pattern;
using Fabric.Akka.Entities;
using Fabric.Akka.Journal;
using Fabric.Devices;
using Fabric.Topology;
using Fabric.Topology.Entities;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fabric.Akka.Nodes;

/// <summary>Composes an actor system: remoting and cluster, a region of shards for each kind of device, the writer, and the node's own ear.</summary>
internal static class NodeSystem
{
    /// <summary>What the actor system is called; the same at all nodes, or they would not know each other.</summary>
    internal const string Name = "fabric";

    private static readonly TimeSpan s_shortPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longPause = TimeSpan.FromSeconds(3);

    /// <summary>Composes one that has not been started.</summary>
    internal static IHost Compose(NodeParts parts, Config settings) =>
        new HostBuilder()
            .ConfigureServices(services =>
            {
                services.AddSingleton<IHostLifetime, NodeLifetime>();
                services.AddAkka(Name, builder => Configure(builder, parts, settings));
            })
            .Build();

    /// <summary>The way to the actors of a kind.</summary>
    internal static IActorRef RegionOf(ActorRegistry registry, DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Port => registry.Get<PortActor>(),
            DeviceKind.Bridge => registry.Get<BridgeActor>(),
            DeviceKind.Router => registry.Get<RouterActor>(),
            DeviceKind.Chain => registry.Get<ChainActor>(),
            DeviceKind.AddressSet or DeviceKind.PortGroup or DeviceKind.Host => registry.Get<SharedActor>(),
        };

    private static void Configure(AkkaConfigurationBuilder builder, NodeParts parts, Config settings)
    {
        builder
            .AddHocon(settings, HoconAddMode.Prepend)
            .AddSetup(new ArbiterSetup(parts.Journal))
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithClustering(new ClusterOptions { Roles = RolesOf(parts.Options.Self.Roles) })
            .WithDistributedPubSub("")
            .WithSingleton<WriterActor>("writer", (_, _, _) => WriterProps(parts), createProxyToo: true);
        Region<PortActor>(builder, parts, "port");
        Region<BridgeActor>(builder, parts, "bridge");
        Region<RouterActor>(builder, parts, "router");
        Region<ChainActor>(builder, parts, "chain");
        Region<SharedActor>(builder, parts, "shared");
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new NodeActor(parts)), NodeActor.Name));
    }

    private static void Region<TActor>(AkkaConfigurationBuilder builder, NodeParts parts, string kind)
        where TActor : DeviceActor =>
        builder.WithShardRegion<TActor>(
            kind,
            (_, registry, _) =>
            {
                var writer = new WriterSession(registry.Get<WriterActor>(), parts.Horizon);
                var path = new ChangePath(parts.Replica, writer, parts.Feed, parts.Journal);
                return _ => Props.Create(() => new DeviceShardActor(parts.Options.Self.Name, path, parts.Devices));
            },
            new DeviceExtractor(),
            new ShardOptions { StateStoreMode = global::Akka.Cluster.Sharding.StateStoreMode.DData, RememberEntities = false }
        );

    // It ends whenever it is not certain of the head, and begins again; meanwhile whoever asks is told so and asks again.
    private static Props WriterProps(NodeParts parts) =>
        BackoffSupervisor.Props(
            Backoff
                .OnStop(
                    Props.Create(() => new WriterActor(parts)),
                    "head",
                    s_shortPause,
                    s_longPause,
                    randomFactor: 0.2,
                    maxNrOfRetries: -1
                )
                .WithAutoReset(s_longPause)
                .WithReplyWhileStopped(new StoreOutcome.Unavailable("the writer looks for the head of the journal", false, IsPassing: true))
        );

    private static string[] RolesOf(MemberRoles roles) => RoleNames.Of(roles).Split(',', StringSplitOptions.RemoveEmptyEntries);
}
