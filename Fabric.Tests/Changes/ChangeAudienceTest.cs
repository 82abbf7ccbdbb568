using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Simulation;
using Fabric.Tests.Description;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Changes;

/// <summary>Whom a change concerns.</summary>
public sealed class ChangeAudienceTest
{
    private const int Hosts = 3;

    /// <summary>A host that is not told decides every packet as before.</summary>
    [Test]
    public void AHostThatAChangeDoesNotConcernDecidesNothingOtherwise()
    {
        var (unconcerned, concerned) = (0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var world = WorldGenerator.Make(random);
            var packets = new PacketGenerator(random, world);
            var scratch = new SimulationScratch();
            for (var change = 0; change < 12 && !world.ExteriorPorts.IsEmpty; change++)
            {
                var (topology, ports) = (world.Topology, world.ExteriorPorts);
                var events = world.Change();
                var hosts = ChangeAudience.Of(Spread(topology), events, Spread(world.Topology));
                (concerned, unconcerned) = (concerned + hosts.Count, unconcerned + Hosts - hosts.Count);
                for (var i = 0; i < 12; i++)
                {
                    var ingress = world.Pick(ports);
                    var key = packets.Next(inPort: 7);
                    var before = Decided.About(topology, world.Learned, ingress, key, scratch);
                    var after = Decided.About(world.Topology, world.Learned, ingress, key, scratch);
                    if (!before.SameAs(after))
                        hosts.ShouldContain(
                            HostOf(ingress),
                            $"seed {seed}: {string.Join(", ", events)} changes {key} from {before} to {after}"
                        );
                }
            }
        }
        // Otherwise the test above says nothing.
        concerned.ShouldBeGreaterThan(500);
        unconcerned.ShouldBeGreaterThan(500);
    }

    [Test]
    public void AChainConcernsTheHostsOfThePortsThatUseItHoweverIndirectly()
    {
        var network = Describe.Network(
            """
            fabric: v1
            hosts: { h1: {}, h2: {}, h3: {} }
            tenants:
              t:
                bridges: { lan: {}, other: {} }
                ports:
                  a: { on: lan, host: h1, interface: a0, inbound: outer }
                  b: { on: lan, host: h2, interface: b0 }
                  c: { on: other, host: h3, interface: c0 }
                chains:
                  inner: [{ name: no-web, proto: tcp, dport: 80, do: drop }]
                  outer: [{ name: more, do: { jump: inner } }]
                  unused: [{ name: nothing, do: drop }]
            """
        );
        HostsOf(network, "inner").ShouldBe(["h1", "h2"]);
        HostsOf(network, "unused").ShouldBeEmpty();
    }

    private static IEnumerable<string> HostsOf(TopologySnapshot network, string chain)
    {
        var id = network.Chains.Values.Single(each => each.Name.Name == chain).Id;
        var happened = new TopologyEvent.RuleDeleted(id, 0);
        return ChangeAudience
            .Of(network, [happened], TopologyEvolution.Apply(network, happened))
            .Select(host => network.Hosts[host].Name.Name)
            .Order(StringComparer.Ordinal);
    }

    private static HostId HostOf(PortId port) => new((port.Value % Hosts) + 1);

    /// <summary>The same network with its ports on several hosts.</summary>
    private static TopologySnapshot Spread(TopologySnapshot topology)
    {
        for (var host = 2ul; host <= Hosts; host++)
            topology = Apply(topology, new Host { Id = new HostId(host), Name = new DeviceName("", $"h{host}") }, isNew: true);
        foreach (var port in topology.Ports.Values.Where(port => port.Binding is not null).ToImmutableArray())
            topology = Apply(topology, port with { Binding = port.Binding!.Value with { Host = HostOf(port.Id) } }, isNew: false);
        return topology;
    }

    private static TopologySnapshot Apply(TopologySnapshot topology, Device device, bool isNew) =>
        TopologyEvolution.Apply(topology, isNew ? new TopologyEvent.DeviceCreated(device) : new TopologyEvent.DeviceUpdated(device));
}
