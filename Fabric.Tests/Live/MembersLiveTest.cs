using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.Live;

/// <summary>Three hosts tell each other over the underlay that they live.</summary>
[Category("HereOnly")]
public class MembersLiveTest : LiveTest
{
    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    [Test]
    public void All_see_all_live_one_that_is_killed_is_unreachable_and_live_again_when_it_is_back()
    {
        _hosts.ShouldAllLive();
        // A lease alone makes a host live: its first heartbeat may come after.
        Eventually(() => (double?)_hosts.MemberOf("h1", "h3")["heard_s"] < 3, "that h1 hears h3");

        _hosts.Signal("h3", Libc.SIGKILL);
        Eventually(() => _hosts.Seen("h1") == "h1 live, h2 live, h3 unreachable", "its death at h1");
        Eventually(() => _hosts.Seen("h2") == "h1 live, h2 live, h3 unreachable", "its death at h2");
        // By its silence: its lease is good for fifteen seconds.
        ((double)_hosts.MemberOf("h1", "h3")["lease_s"]!).ShouldBeLessThan(15);

        _hosts.Start("h3");
        _hosts.ShouldAllLive();
    }
}
