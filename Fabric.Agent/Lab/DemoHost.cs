using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent.Cli;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Lab;

/// <summary>`fabric lab demo`: a lab goes up, real packets try it, and it goes down whatever happened.</summary>
internal sealed class DemoHost
{
    private const ushort OpenPort = 80;
    private const ushort BlockedPort = 23;

    private static readonly TimeSpan TcpPatience = TimeSpan.FromSeconds(30);

    // Long enough for a connection that is not blocked, and for one repetition of the first segment.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.5);

    private readonly CommandCall _call;
    private int _passed;
    private int _failed;

    private DemoHost(CommandCall call) => _call = call;

    /// <summary>Runs the demo.</summary>
    /// <returns>Ok if every check passed.</returns>
    public static async Task<ExitCode> RunAsync(LabPlan plan, DatapathKind datapath, CommandCall call)
    {
        var demo = new DemoHost(call);
        var hosts = plan.IsWide ? $"{plan.Hosts} hosts, t" : "T";
        demo.Say($"{hosts}wo bridges, a router, {plan.Ports} guests, and one rule: no TCP to port 23 of the guests of `db`.");
        var lab = await LabUpHost.RunAsync(plan, datapath, call.Cancellation);
        try
        {
            await demo.CheckAsync(lab);
        }
        finally
        {
            if (LabDownHost.Run(plan.Name) is { } removed)
                demo.Say(
                    $"down: {removed.Processes} process{(removed.Processes == 1 ? "" : "es")}, {removed.Interfaces} interfaces and {removed.Namespaces} namespaces removed"
                );
        }
        demo.Say(demo._failed == 0 ? $"{demo._passed} checks passed" : $"{demo._failed} of {demo._passed + demo._failed} checks FAILED");
        return demo._failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task CheckAsync(RunningLab lab)
    {
        using var pings = new ReachHost(lab.Guests);
        Check(pings.WaitForFirst(_call.Cancellation), $"first ping, {LabClock.SinceStart().TotalSeconds:0.00} s after the start");
        var reaches = pings.Measure(_call.Cancellation);
        if (ReachListing.Of(lab.Guests, reaches) is { } listing)
        {
            Say("round trips by IPv4 / IPv6:");
            _call.Write(listing);
        }
        foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
        {
            var tried = reaches.Where(reach => reach.Family == family).ToArray();
            var reached = tried.Count(reach => reach.RoundTrip is not null);
            Check(reached == tried.Length, $"ping, {Name(family)}: {reached} of {tried.Length} pairs of guests reach each other");
            await CheckTcpAsync(lab, family);
        }
    }

    private async Task CheckTcpAsync(RunningLab lab, IpFamily family)
    {
        var (from, to) = (lab.Guest("web1"), lab.Guest("db1"));
        var target = to.AddressOf(family)!.Value;
        using var open = TcpEndpoint.Listen(to.HostInterface, target, OpenPort);
        using var blocked = TcpEndpoint.Listen(to.HostInterface, target, BlockedPort);
        var allowed = await TcpEndpoint.TryAsync(from.HostInterface, target, OpenPort, TcpPatience, _call.Cancellation);
        Check(allowed == TcpOutcome.Connected, $"TCP, {Name(family)}: web1 connects to {target} port {OpenPort}");
        var refused = await TcpEndpoint.TryAsync(from.HostInterface, target, BlockedPort, Silence, _call.Cancellation);
        Check(refused == TcpOutcome.NoAnswer, $"TCP, {Name(family)}: web1 does not connect to {target} port {BlockedPort}");
        Say($"       why: {await WhyHost.AskAsync(lab.Name, WhyHost.Packet(from, to, family, BlockedPort), _call.Cancellation)}");
    }

    private void Check(bool isRight, string what)
    {
        _ = isRight ? _passed++ : _failed++;
        Say($"{(isRight ? "ok    " : "FAILED")} {what}");
    }

    private void Say(string line)
    {
        _call.Terminal.Out.WriteLine(line);
        _call.Terminal.Out.Flush();
    }

    private static string Name(IpFamily family) => string.Create(CultureInfo.InvariantCulture, $"IPv{(family == IpFamily.V4 ? 4 : 6)}");
}
