using Fabric.Addresses;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Expectations;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Looks for packets that get from one tenant to another.</summary>
/// <remarks>A sample: one TCP, UDP and ICMP packet between each two exterior ports, and one straight to the station's Ethernet address.</remarks>
internal sealed class IsolationTrial(TopologySnapshot topology)
{
    /// <summary>The most pairs of ports that are tried; of more, as many spread evenly.</summary>
    public const int MaxPairs = 100_000;

    private const ushort TcpPort = 80;
    private const ushort UdpPort = 53;

    private readonly ExpectationTrial _trial = new(topology);

    /// <summary>Tries each two tenants, in both directions.</summary>
    public ExpectationOutcome Try(Expectation.Isolation expectation)
    {
        var pairs = Pairs(expectation).ToList();
        var step = Math.Max(1, (pairs.Count + MaxPairs - 1) / MaxPairs);
        var asked = $"isolation of {string.Join(", ", expectation.Tenants)}";
        var tried = 0;
        for (var i = 0; i < pairs.Count; i += step)
        {
            foreach (var key in Packets(pairs[i].From, pairs[i].To))
            {
                tried++;
                var report = _trial.Run(pairs[i].From, key);
                if (report.Outputs.FirstOrDefault(output => output.Port.Name.Tenant == pairs[i].To.Name.Tenant) is { } leak)
                    return new ExpectationOutcome(
                        expectation,
                        asked,
                        false,
                        "reached",
                        $"a packet from `{pairs[i].From.Name}` leaves by `{leak.Port.Name}`: {key}"
                    );
            }
        }
        return new ExpectationOutcome(
            expectation,
            asked,
            true,
            "isolated",
            $"none of {tried} packets between {pairs.Count} pairs of ports got through; a sample, not a proof"
        );
    }

    private IEnumerable<(Port From, Port To)> Pairs(Expectation.Isolation expectation)
    {
        var ports = expectation
            .Tenants.Distinct()
            .Select(tenant =>
                topology.Ports.Values.Where(port => port.IsExterior && port.Name.Tenant == tenant).OrderBy(port => port.Name).ToArray()
            )
            .ToArray();
        foreach (var from in ports)
        {
            foreach (var to in ports.Where(others => others != from))
            {
                foreach (var sender in from)
                {
                    foreach (var receiver in to)
                        yield return (sender, receiver);
                }
            }
        }
    }

    private IEnumerable<FlowKey> Packets(Port from, Port to)
    {
        foreach (var destination in to.Addresses.Select(address => address.Address))
        {
            if (from.Addresses.FirstOrDefault(address => address.Address.Family == destination.Family) is not { PrefixLength: > 0 } source)
                continue;
            foreach (var kind in Enum.GetValues<ProbeKind>())
            {
                var port = kind == ProbeKind.Tcp ? TcpPort : UdpPort;
                if (Probe.Make(topology, from, source.Address, destination, kind, port) is { } routed)
                    yield return routed;
            }
            if (Probe.Make(topology, from, source.Address, destination, ProbeKind.Icmp, 0) is not { } direct)
                continue;
            direct.EthDst = to.Mac ?? NameHash.MacOf(to.Name);
            yield return direct;
        }
    }
}
