namespace Fabric.Tests.Peers;

/// <summary>What an underlay does to datagrams: each is a chance of a hundred.</summary>
internal sealed record PeerFaults
{
    public static PeerFaults None { get; } = new();

    public static PeerFaults Many { get; } =
        new()
        {
            Loss = 15,
            Doubling = 15,
            Alteration = 10,
            Forging = 10,
            Replay = 20,
            MaxDelay = TimeSpan.FromMilliseconds(300),
        };

    public int Loss { get; init; }

    public int Doubling { get; init; }

    public int Alteration { get; init; }

    /// <summary>A datagram of an unknown hand comes along with it.</summary>
    public int Forging { get; init; }

    /// <summary>Any datagram that ever passed, by whomever, comes along with it, to whomever.</summary>
    public int Replay { get; init; }

    /// <summary>Each is late by any time up to this; so the order is lost too.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(1);
}
