using System.Text.Json.Nodes;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>Three hosts tell each other over the underlay that they live.</summary>
[Category("HereOnly")]
[Category("Faults")]
public class MembersLiveTest : LiveTest
{
    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    [Test]
    public async Task All_see_all_live_one_that_is_killed_is_unreachable_and_live_again_when_it_is_back()
    {
        // A lease alone makes a host live: its first heartbeat may come after.
        Eventually(() => (double?)_hosts.MemberOf("h1", "h3")["heard_s"] < 3, "that h1 hears h3");
        await AnyTellsWhatHappenedAtAnotherAsync();

        _hosts.Signal("h3", Libc.SIGKILL);
        Eventually(() => _hosts.Seen("h1") == "h1 live, h2 live, h3 unreachable", "its death at h1");
        // By its silence: its lease is good for fifteen seconds.
        var lease = (double)_hosts.MemberOf("h1", "h3")["lease_s"]!;
        Eventually(() => _hosts.Seen("h2") == "h1 live, h2 live, h3 unreachable", "its death at h2");
        lease.ShouldBeLessThan(15);
        (await _hosts.AskAsync("h1", "flows --host h2,h3")).Error.ShouldContain(
            "host h3 has no agent that can be reached; what is shown of it is"
        );

        _hosts.Start("h3");
        _hosts.ShouldAllLive();
    }

    /// <summary>web2 is at h2, where what it sends is decided, and counted.</summary>
    private async Task AnyTellsWhatHappenedAtAnotherAsync()
    {
        foreach (var host in (string[])["h1", "h3"])
        {
            // An answer of another host is waited for a second, and on a busy machine comes with the next question.
            Eventually(
                () =>
                {
                    _hosts.TryTelnet("web2");
                    var drops = _hosts.AskAsync(host, "drops").GetAwaiter().GetResult();
                    return drops.Out.Contains("web2 -> db1 tcp/23 dropped at host `h2` by rule `no-telnet`", StringComparison.Ordinal)
                        && drops.Error.Length == 0;
                },
                $"the drop at h2 as {host} tells it, and no host that does not answer"
            );
        }
        (await _hosts.AskAsync("h1", "drops --host h1,h3")).Out.ShouldNotContain("host `h2`");
        // What flows have carried is read from the datapath every two seconds.
        Eventually(
            () =>
                JsonNode.Parse(_hosts.AskAsync("h1", "top rules --host h2 --interval 0.1 -o json").GetAwaiter().GetResult().Out)!["items"]!
                    .AsArray()
                    .Any(rule => (string)rule!["rule"]! == "lab/db-in/no-telnet"),
            "the hits of a rule at h2"
        );
        // So that both have flows.
        using var pings = _hosts.Ping("web2", "10.2.0.11", count: 100_000);
        Eventually(
            () =>
                JsonNode.Parse(_hosts.AskAsync("h1", "flows --host h2,h3 -o json").GetAwaiter().GetResult().Out)!["items"]!
                    .AsArray()
                    .Select(flow => (string)flow!["host"]!)
                    .Distinct()
                    .Order()
                    .SequenceEqual(["h2", "h3"]),
            "the flows of both, and of no other"
        );
    }
}
