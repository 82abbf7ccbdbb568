using Fabric.Agent;

namespace Fabric.Tests.Live;

/// <summary>No connection through a translation is lost, whatever becomes of agents, hosts and places; in user space an agent is the datapath.</summary>
/// <remarks>`./build.sh test --filter TestCategory=Failover` measures, here and in the guest kernel; docs/resilience.md has the figures.</remarks>
[Category("HereOnly")]
public class FailoverLiveTest : LiveTest
{
    private const int Some = 20;
    private const int Many = 1000;
    private const int Seconds = 12;
    private const string Asked = "minutes";
    private const string Failover = "Failover";

    private FailoverScenario _scenario = null!;

    [OneTimeSetUp]
    public async Task BringUp() => _scenario = await FailoverScenario.UpAsync(DatapathKind.User);

    [OneTimeTearDown]
    public void TakeDown() => _scenario?.Dispose();

    /// <summary>With fewer connections it is told in <see cref="GatewaysLiveTest"/>.</summary>
    [TestCase(Many, Seconds, Explicit = true, Reason = Asked, Category = Failover)]
    public Task AGatewaysHostIsLost(int each, int seconds) => _scenario.LoseGatewayAsync(each, seconds);

    [TestCase(Some, 0)]
    [TestCase(Many, Seconds, Explicit = true, Reason = Asked, Category = Failover)]
    public Task AGatewaysAgentIsKilledAndStartedAgain(int each, int seconds) => _scenario.KillGatewaysAgentAsync(each, seconds);

    [TestCase(Some, 0)]
    [TestCase(Many, Seconds, Explicit = true, Reason = Asked, Category = Failover)]
    public Task TheStationsAgentIsRestarted(int each, int seconds) => _scenario.RestartStationsAgentAsync(each, seconds);

    [TestCase(Some, 0)]
    [TestCase(Many, Seconds, Explicit = true, Reason = Asked, Category = Failover)]
    public Task ThePortMoves(int each, int seconds) => _scenario.MovePortAsync(each, seconds);
}
