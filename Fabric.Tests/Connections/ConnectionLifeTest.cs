using Fabric.Connections;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

public class ConnectionLifeTest
{
    private const TcpFlags S = TcpFlags.Syn;
    private const TcpFlags A = TcpFlags.Ack;
    private const TcpFlags F = TcpFlags.Fin;
    private const TcpFlags R = TcpFlags.Rst;

    [TestCase(S, false, TcpFlags.None, ConnectionPhase.Opening)]
    [TestCase(S, true, S | A, ConnectionPhase.Answered)]
    [TestCase(S | A, true, S | A, ConnectionPhase.Established)]
    [TestCase(A, true, A, ConnectionPhase.Established, Description = "seen from its middle on")]
    [TestCase(S | A | F, true, S | A, ConnectionPhase.Closing)]
    [TestCase(S | A, true, S | A | F, ConnectionPhase.Closing)]
    [TestCase(S | A | F, true, S | A | F, ConnectionPhase.Closed)]
    [TestCase(S, true, R | A, ConnectionPhase.Closed, Description = "refused")]
    [TestCase(S | R, false, TcpFlags.None, ConnectionPhase.Closed)]
    [TestCase(S | A | R, true, S | A, ConnectionPhase.Closed)]
    public void ATcpConnectionGoesThroughItsPhases(TcpFlags forward, bool isAnswered, TcpFlags back, ConnectionPhase phase) =>
        ConnectionLife.PhaseOf(IpProtocol.Tcp, isAnswered, forward, back).ShouldBe(phase);

    [Test]
    public void OthersAreEstablishedWhenBothSidesHaveSpoken()
    {
        foreach (var protocol in new[] { IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Icmpv6, IpProtocol.Gre, IpProtocol.Sctp })
        {
            ConnectionLife.PhaseOf(protocol, isAnswered: false, default, default).ShouldBe(ConnectionPhase.Opening);
            ConnectionLife.PhaseOf(protocol, isAnswered: true, default, default).ShouldBe(ConnectionPhase.Established);
        }
    }

    /// <summary>What was seen only grows, so a connection never goes back, whatever comes in whatever order.</summary>
    [Test]
    public void APhaseNeverGoesBack()
    {
        TcpFlags[] kept = [S, A, F, R];
        var all = Enumerable
            .Range(0, 16)
            .Select(bits => kept.Where((_, i) => (bits >> i & 1) != 0).Aggregate(TcpFlags.None, (a, b) => a | b))
            .ToArray();
        foreach (var forward in all)
        {
            foreach (var back in all)
            {
                foreach (var more in kept)
                {
                    var phase = ConnectionLife.PhaseOf(IpProtocol.Tcp, true, forward, back);
                    ((int)ConnectionLife.PhaseOf(IpProtocol.Tcp, true, forward | more, back)).ShouldBeGreaterThanOrEqualTo((int)phase);
                    ((int)ConnectionLife.PhaseOf(IpProtocol.Tcp, true, forward, back | more)).ShouldBeGreaterThanOrEqualTo((int)phase);
                }
            }
        }
    }

    [TestCase(S, true)]
    [TestCase(S | TcpFlags.Ece | TcpFlags.Cwr, true)]
    [TestCase(S | A, false)]
    [TestCase(S | F, false)]
    [TestCase(S | R, false)]
    [TestCase(A, false)]
    [TestCase(TcpFlags.None, false)]
    public void OnlySynchronizingBeginsAConnection(TcpFlags flags, bool begins) => ConnectionLife.Begins(flags).ShouldBe(begins);
}
