using Fabric.Agent;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>The same as <see cref="FailoverLiveTest"/> where kernels forward by themselves: no packet is lost while an agent is away.</summary>
[Explicit("minutes")]
[Category("FailoverKernel")]
public class FailoverKernelTest : KernelTest
{
    private const int Many = 100;
    private const int Seconds = 10;

    private FailoverScenario _scenario = null!;

    [OneTimeSetUp]
    public async Task BringUp() => _scenario = await FailoverScenario.UpAsync(DatapathKind.Kernel);

    [OneTimeTearDown]
    public void TakeDown() => _scenario?.Dispose();

    [Test]
    public async Task AGatewaysAgentIsKilledAndStartedAgain() =>
        (await _scenario.KillGatewaysAgentAsync(Many, Seconds)).ShouldAllBe(line => line.Lost == 0);

    [Test]
    public async Task TheStationsAgentIsRestarted() =>
        (await _scenario.RestartStationsAgentAsync(Many, Seconds)).ShouldAllBe(line => line.Lost == 0);

    [Test]
    public Task ThePortMoves() => _scenario.MovePortAsync(Many, Seconds);

    [Test]
    public Task AGatewaysHostIsLost() => _scenario.LoseGatewayAsync(Many, Seconds);
}
