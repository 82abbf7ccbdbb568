using Fabric.Addresses;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>TCP through an agent, by the guests' own stacks.</summary>
public class GuestTrafficLiveTest : NetworkLiveTest
{
    private const ushort OpenPort = 80;
    private const ushort BlockedPort = 23;

    [Test]
    public async Task AnAllowedPortConnectsAndABlockedOneDoesNot([ValueSource(nameof(Families))] IpFamily family)
    {
        var target = Network.AddressOf("db1", family);
        using var open = TcpEndpoint.Listen(Network.NameOf("db1"), target, OpenPort);
        using var blocked = TcpEndpoint.Listen(Network.NameOf("db1"), target, BlockedPort);

        (await TryAsync(target, OpenPort, Patience)).ShouldBe(TcpOutcome.Connected);
        (await TryAsync(target, BlockedPort, TimeSpan.FromSeconds(2))).ShouldBe(TcpOutcome.NoAnswer);
        // The flow of the open port must not have been widened or narrowed by the blocked one's.
        (await TryAsync(target, OpenPort, Patience)).ShouldBe(TcpOutcome.Connected);
    }

    [Test]
    public void TenMegabytesCrossTheRouterUnharmedInFramesLongerThanTheMtu([ValueSource(nameof(Families))] IpFamily family)
    {
        Network.PingUntilAnswered("web1", Network.AddressOf("db1", family));
        var (sent, received) = Transfer.Run(Network.NameOf("web1"), Network.NameOf("db1"), Network.AddressOf("db1", family), 10 << 20);

        received.ShouldBe(sent);
    }

    private Task<TcpOutcome> TryAsync(IpAddress target, ushort port, TimeSpan timeout) =>
        TcpEndpoint.TryAsync(Network.NameOf("web1"), target, port, timeout, CancellationToken.None);
}
