using Fabric.Addresses;
using Fabric.Agent.Description.Expectations;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Cli.Trials;

/// <summary>Tries assertions about single packets by simulating them, each for itself.</summary>
internal sealed class ExpectationTrial(TopologySnapshot topology)
{
    private const string Nobody = "nobody on the link has the destination's address, and no router leads there";

    /// <summary>Tries an assertion, for every version of IP that is asked for.</summary>
    public IEnumerable<ExpectationOutcome> Try(Expectation.Packet expectation)
    {
        var from = topology.Ports[expectation.From];
        var to = expectation.ToPort is { } id ? topology.Ports[id] : null;
        var tried = 0;
        foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            if (expectation.Family is { } wanted && wanted != family)
                continue;
            var source = expectation.Source is { } given ? Of(given, family) : AddressOf(from, family);
            var destination = expectation.ToAddress is { } address ? Of(address, family) : AddressOf(to!, family);
            if (source is not { } sender || destination is not { } receiver)
                continue;
            tried++;
            yield return Try(expectation, from, to, sender, receiver);
        }
        if (tried == 0)
            yield return new ExpectationOutcome(expectation, Asked(expectation, from, to, null), false, "not tried", WhyUntried(from, to));
    }

    private ExpectationOutcome Try(Expectation.Packet expectation, Port from, Port? to, IpAddress source, IpAddress destination)
    {
        var asked = Asked(expectation, from, to, source.Family);
        if (Probe.Make(topology, from, source, destination, expectation.Kind, expectation.Port) is not { } key)
            return new ExpectationOutcome(
                expectation,
                asked,
                expectation is { Result: ExpectedResult.Dropped, By: null },
                "dropped",
                Nobody
            );
        var report = Run(from, key);
        var result = ResultOf(report, to);
        var isBy = expectation.By is not { } rule || Matched(report, rule, result);
        var why = isBy ? report.Why : $"{report.Why}; rule `{expectation.By}` did not decide it";
        return new ExpectationOutcome(expectation, asked, Satisfies(result, expectation.Result) && isBy, Words(result), why);
    }

    /// <summary>Simulates a packet; neighbors outside the network are taken to answer, those inside only if they are described.</summary>
    public TrialReport Run(Port from, FlowKey key)
    {
        var frame = PacketSynthesizer.Build(key, []);
        var trial = new PacketTrial(topology);
        var report = trial.Run(from, key, frame);
        for (var hops = 0; report.Verdict.Kind == VerdictKind.Incomplete && hops < SimulationLimits.MaxHops; hops++)
        {
            if (!trial.Resolve(port => port.IsExterior ? Probe.NeighborOf(port) : null))
                break;
            report = trial.Run(from, key, frame);
        }
        return report;
    }

    private static ExpectedResult ResultOf(TrialReport report, Port? to)
    {
        var arrives = to is null
            ? report.Verdict.Kind is VerdictKind.Forward || report.Generated.Any(answer => IsReplyTo(report, answer))
            : report.Outputs.Any(output => output.Port.Id == to.Id);
        if (arrives)
            return ExpectedResult.Delivered;
        var isTold =
            report.Verdict.Reason == DropReason.RuleReject
            || report.Generated.Any(answer => answer.Kind is "icmp" or "icmpv6" or "tcp_rst");
        return isTold ? ExpectedResult.Rejected : ExpectedResult.Dropped;
    }

    /// <summary>The answer to an echo request: from the address that was asked; errors come from a router's own.</summary>
    private static bool IsReplyTo(TrialReport report, GeneratedPacket answer) =>
        report.Verdict.Kind == VerdictKind.Consume && answer.Kind is "icmp" or "icmpv6" && answer.Key.TpSrc is 0 or 129;

    private static bool Satisfies(ExpectedResult found, ExpectedResult wanted) =>
        found == wanted || (wanted == ExpectedResult.Dropped && found == ExpectedResult.Rejected);

    private bool Matched(TrialReport report, string rule, ExpectedResult result)
    {
        if (result != ExpectedResult.Delivered)
            return report.Verdict.Decider is { IsRule: true } decider && IsCalled(HitOf(decider), rule);
        return report.RuleHits.Any(hit => IsCalled(hit, rule));
    }

    private RuleHit HitOf(Decider decider) => new(decider.Chain, topology.Chains[decider.Chain].Rules[decider.RuleIndex].Name);

    private bool IsCalled(RuleHit hit, string name) => name == hit.Rule || name == $"{topology.Chains[hit.Chain].Name.Name}/{hit.Rule}";

    private static IpAddress? Of(IpAddress address, IpFamily family) => address.Family == family ? address : null;

    private static IpAddress? AddressOf(Port port, IpFamily family)
    {
        foreach (var address in port.Addresses)
        {
            if (address.Address.Family == family)
                return address.Address;
        }
        return null;
    }

    private static string Asked(Expectation.Packet expectation, Port from, Port? to, IpFamily? family)
    {
        var target = to is null ? $"{expectation.ToAddress}" : $"{to.Name}";
        var probe =
            expectation.Kind == ProbeKind.Icmp ? "ICMP echo" : $"{expectation.Kind.ToString().ToUpperInvariant()} {expectation.Port}";
        var version = family is { } known ? $" over IP{known.ToString().ToLowerInvariant()}" : "";
        return $"{from.Name} -> {target}, {probe}{version}";
    }

    private static string WhyUntried(Port from, Port? to) =>
        from.Addresses.IsEmpty ? $"port `{from.Name.Name}` has no address: give it `ip`, or the expectation `src`"
        : to is { Addresses.IsEmpty: true } ? $"port `{to.Name.Name}` has no address: give it `ip`"
        : "the two ends have no address of one version";

    private static string Words(ExpectedResult result) => result.ToString().ToLowerInvariant();
}
