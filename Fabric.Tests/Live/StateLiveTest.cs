using Fabric.Addresses;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>A chain that takes only answers, between guests with stacks of their own.</summary>
public class StateLiveTest : NetworkLiveTest
{
    private const ushort Port = 8080;

    /// <inheritdoc/>
    protected override string Description { get; } =
        Yaml.Replace(
            "- { name: no-telnet, proto: tcp, dport: 23, do: drop }",
            """
            - { name: known, state: [established, related], do: accept }
                    - { name: beginning, state: [new, invalid], do: drop }
            """,
            StringComparison.Ordinal
        );

    [Test]
    public async Task AConnectionFromInsideOpensTheWayBackForItselfAlone([ValueSource(nameof(Families))] IpFamily family)
    {
        var (inside, outside) = (Network.AddressOf("db1", family), Network.AddressOf("web1", family));
        using var server = TcpEndpoint.Listen(Network.NameOf("web1"), outside, Port);
        using var hidden = TcpEndpoint.Listen(Network.NameOf("db1"), inside, Port);

        (await TryAsync("web1", inside, TimeSpan.FromSeconds(1))).ShouldBe(TcpOutcome.NoAnswer);
        (await TryAsync("db1", outside, Patience)).ShouldBe(TcpOutcome.Connected);
        (await TryAsync("web1", inside, TimeSpan.FromSeconds(1))).ShouldBe(TcpOutcome.NoAnswer);
    }

    [Test]
    public void MegabytesCrossAndMostPacketsNeverComeToTheAgent([ValueSource(nameof(Families))] IpFamily family)
    {
        var before = Network.Agent.Shards.Sum(shard => shard.Parts.Path.Counters.Upcalls);
        var (sent, received) = Transfer.Run(Network.NameOf("db1"), Network.NameOf("web1"), Network.AddressOf("web1", family), 10 << 20);
        received.ShouldBe(sent);
        (Network.Agent.Shards.Sum(shard => shard.Parts.Path.Counters.Upcalls) - before).ShouldBeLessThan(60);
    }

    [Test]
    public void APingFromInsideIsAnsweredAndOneFromOutsideIsNot()
    {
        var (inside, outside) = (Network.AddressOf("db1", IpFamily.V4), Network.AddressOf("web1", IpFamily.V4));
        Network.PingUntilAnswered("db1", outside).IsReply.ShouldBeTrue();
        Network.Ping("web1", inside, TimeSpan.FromMilliseconds(500)).Kind.ShouldBe(EchoAnswerKind.None);
        Network.Ping("db1", outside, Patience).IsReply.ShouldBeTrue();
    }

    private Task<TcpOutcome> TryAsync(string from, IpAddress target, TimeSpan timeout) =>
        TcpEndpoint.TryAsync(Network.NameOf(from), target, Port, timeout, CancellationToken.None);
}
