using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Laws;

namespace Fabric.Tests.World;

/// <summary>The guests behind all interfaces: they send what a generator makes up, and answer who asks for their address.</summary>
internal sealed class WorldStations(World world)
{
    private readonly List<(WorldNode Node, string Interface, byte[] Frame)> _taken = [];
    private readonly PacketGenerator _packets = new(world.Random, world.Generator);

    /// <summary>Frames that came out of interfaces.</summary>
    public long Received { get; private set; }

    /// <summary>Answers nobody.</summary>
    public bool AreSilent { get; set; }

    /// <summary>A frame that could be on a wire.</summary>
    public byte[] Make() => PacketSynthesizer.Build(_packets.Next(inPort: 0), default);

    /// <summary>Sends a frame by an interface; it is lost where nothing has attached that.</summary>
    public void Send(WorldNode node, string name, byte[] frame)
    {
        if (node.Links.TryGetValue(name, out var link) && link.IsUp)
            node.Switch.Receive(node.Switch.Find(name), frame);
    }

    /// <summary>A frame comes out of an interface.</summary>
    public void Take(WorldNode node, string name, byte[] frame)
    {
        if (!node.Links.TryGetValue(name, out var link) || !link.IsUp)
            return;
        Received++;
        _taken.Add((node, name, frame));
        if (!AreSilent && TryAnswer(name, frame) is { } answer)
            world.Later(TimeSpan.FromMilliseconds(world.Random.Next(1, 5)), () => Send(node, name, answer));
    }

    /// <summary>What came out of interfaces since the last call.</summary>
    public IReadOnlyList<(WorldNode Node, string Interface, byte[] Frame)> TakeReceived()
    {
        var taken = _taken.ToArray();
        _taken.Clear();
        return taken;
    }

    /// <summary>The number in an interface's name gives the station behind it its addresses.</summary>
    private static byte[]? TryAnswer(string name, byte[] frame)
    {
        if (!int.TryParse(name.AsSpan(2), out var number) || !PacketLayout.TryParse(frame, out var layout) || layout.VlanCount > 0)
            return null;
        if (layout.Network != NetworkKind.Arp || !ArpView.TryParse(frame.AsSpan(layout.NetworkOffset), out var view))
            return null;
        var own = Pools.Address(IpFamily.V4, number % WorldGenerator.Subnets, 1 + number / WorldGenerator.Subnets % 4).AsV4;
        if (!ArpHeader.TryParse(view, out var asked, out _) || view.Operation != Arp.Request || asked.TargetIp != own)
            return null;
        var answer = new byte[64];
        return answer[
            ..PacketBuilder.ArpReply(answer, Pools.Stations[number % Pools.Stations.Length], own, asked.SenderMac, asked.SenderIp)
        ];
    }
}
