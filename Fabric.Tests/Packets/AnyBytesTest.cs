using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

/// <summary>No bytes make a reader throw, read past the end, or change what it only reads.</summary>
public class AnyBytesTest
{
    private const int Seed = 791;
    private const int Rounds = 20_000;

    private static IReadOnlyList<byte[]> Golden { get; } = MakeGolden();

    [Test]
    public void Every_prefix_of_every_frame_is_read()
    {
        foreach (var frame in Golden)
            for (var length = 0; length <= frame.Length; length++)
                ReadAll(frame[..length], $"prefix {length}");
    }

    [Test]
    public void Random_bytes_are_read()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = new byte[random.Next(160)];
            random.NextBytes(bytes);
            ReadAll(bytes, $"seed {Seed}, random {i}");
        }
    }

    [Test]
    public void Damaged_frames_are_read()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var frame = Golden[random.Next(Golden.Count)].AsSpan().ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                frame[random.Next(frame.Length)] = random.Next(4) switch
                {
                    0 => 0,
                    1 => 0xff,
                    _ => (byte)random.Next(256),
                };
            ReadAll(frame[..random.Next(frame.Length + 1)], $"seed {Seed}, damaged {i}");
        }
    }

    [Test]
    public void Damaged_frames_are_changed_and_answered()
    {
        var random = new Random(Seed);
        var room = new byte[PacketBuilder.MaxLength];
        for (var i = 0; i < Rounds; i++)
        {
            var frame = Golden[random.Next(Golden.Count)].AsSpan().ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            frame = frame[..random.Next(14, frame.Length + 1)];
            Attempt(frame, $"seed {Seed}, damaged {i}", bytes => ChangeAndAnswer(bytes, room, isPartial: random.Next(2) == 0));
        }
    }

    private static void ReadAll(byte[] bytes, string where) =>
        Attempt(
            bytes,
            where,
            copy =>
            {
                ReadViews(copy);
                ReadFrame(copy);
                if (!copy.AsSpan().SequenceEqual(bytes))
                    throw new UnreachableException("a reader changed the bytes");
            }
        );

    private static void Attempt(byte[] bytes, string where, Action<byte[]> action)
    {
        try
        {
            action(bytes.ToArray());
        }
        catch (Exception fault)
        {
            Assert.Fail($"{where}: {Convert.ToHexString(bytes)}\n{fault}");
        }
    }

    private static void ReadFrame(byte[] frame)
    {
        PacketText.Describe(frame);
        if (!PacketLayout.TryParse(frame, out var layout))
            return;
        IcmpErrorRules.MayAnswer(frame, layout, isBroadcast: false);
        TransportChecksum.Holds(frame, layout);
        NeighborFields.TryRead(frame, layout, out _);
        var isOrdered =
            layout.NetworkOffset <= frame.Length
            && layout.NetworkEnd <= frame.Length
            && layout.TransportOffset + layout.TransportLength <= frame.Length;
        if (!isOrdered)
            throw new UnreachableException("an offset past the end");
    }

    private static void ReadViews(ReadOnlySpan<byte> bytes)
    {
        var (v4, v6) = (Frames.V4, Frames.V6);
        if (EthernetView.TryParse(bytes, out var ethernet))
            EthernetHeader.TryParse(ethernet, out _, out _);
        if (VlanView.TryParse(bytes, out var vlan))
            VlanHeader.TryParse(vlan, out _, out _);
        if (ArpView.TryParse(bytes, out var arp))
        {
            _ = arp.SenderHardware.Length + arp.SenderProtocol.Length + arp.TargetHardware.Length + arp.TargetProtocol.Length;
            ArpHeader.TryParse(arp, out _, out _);
        }
        if (Ipv4View.TryParse(bytes, out var ipv4))
            Ipv4Header.TryParse(ipv4, out _, out _);
        if (Ipv6View.TryParse(bytes, out var ipv6))
            Ipv6Header.TryParse(ipv6, out _, out _);
        if (bytes.Length > 0)
            Ipv6Extensions.Walk(bytes[0], bytes[1..]);
        if (TcpView.TryParse(bytes, out var tcp))
            TcpHeader.TryParse(tcp, v4.Source, v4.Destination, out _, out _);
        Tcp.TryFindMaxSegmentSize(bytes, out _);
        if (UdpView.TryParse(bytes, out var udp))
            UdpHeader.TryParse(udp, v6.Source, v6.Destination, out _, out _);
        if (IcmpView.TryParse(bytes, out var icmp))
            IcmpHeader.TryParse(icmp, out _, out _);
        if (Icmpv6View.TryParse(bytes, out var icmpv6))
            Icmpv6Header.TryParse(icmpv6, v6.Source.AsV6, v6.Destination.AsV6, out _, out _);
        if (VxlanView.TryParse(bytes, out var vxlan))
            VxlanHeader.TryParse(vxlan, out _, out _);
        if (BfdView.TryParse(bytes, out var bfd))
            BfdHeader.TryParse(bfd, out _, out _);
        ReadDiscovery(bytes, v6.Source.AsV6, v6.Destination.AsV6);
        ReadOptions(bytes);
    }

    private static void ReadDiscovery(ReadOnlySpan<byte> bytes, Ipv6Address source, Ipv6Address destination)
    {
        if (NeighborView.TryParse(bytes, out var neighbor))
        {
            NeighborSolicitation.TryParse(neighbor, source, destination, 255, out _, out _);
            NeighborAdvertisement.TryParse(neighbor, source, destination, 255, out _, out _);
        }
        if (RouterSolicitationView.TryParse(bytes, out var solicitation))
            RouterSolicitation.TryParse(solicitation, source, destination, 255, out _, out _);
        if (RouterAdvertisementView.TryParse(bytes, out var advertisement))
            RouterAdvertisement.TryParse(advertisement, source, destination, 255, out _, out _);
        if (RedirectView.TryParse(bytes, out var redirect))
            _ = redirect.Options.Length;
    }

    private static void ReadOptions(ReadOnlySpan<byte> bytes)
    {
        var options = new OptionReader(bytes);
        while (options.TryNext(out _, out _)) { }
        var discovery = new NdOptionReader(bytes);
        while (discovery.TryNext(out _, out _)) { }
    }

    private static void ChangeAndAnswer(byte[] frame, byte[] room, bool isPartial)
    {
        PacketLayout.TryParse(frame, out var layout);
        layout.HasPartialChecksum = isPartial;
        PacketBuilder.IcmpError(room, frame, layout, Frames.MacB, Frames.MacA, default, new(3, 1, 0));
        PacketBuilder.Icmpv6Error(room, frame, layout, Frames.MacB, Frames.MacA, default, new(1, 0, 0));
        PacketBuilder.EchoReply(
            room,
            frame,
            layout,
            Frames.MacB,
            Frames.MacA,
            layout.Network == NetworkKind.Ipv6 ? Frames.V6.Source : Frames.V4.Source
        );
        PacketBuilder.TcpReset(room, frame, layout, Frames.MacB, Frames.MacA);
        PacketEditor.SetSource(frame, layout, Frames.V4.Source.AsV4);
        PacketEditor.SetDestination(frame, layout, Frames.V6.Source.AsV6);
        PacketEditor.SetSourcePort(frame, layout, 1);
        PacketEditor.SetTtl(frame, layout, 1);
        PacketEditor.SetTos(frame, layout, 1);
        PacketEditor.SetFlowLabel(frame, layout, 1);
        PacketEditor.ClampMaxSegmentSize(frame, layout, 500);
        PacketEditor.SetNdTarget(frame, layout, Frames.V6.Source.AsV6);
        PacketEditor.SetNdSource(frame, layout, Frames.MacA);
        PacketEditor.SetNdTarget(frame, layout, Frames.MacA);
        PacketEditor.SetArpOperation(frame, layout, 1);
        TransportChecksum.Finish(frame, ref layout);
    }

    private static List<byte[]> MakeGolden()
    {
        List<byte[]> frames = [Frames.ArpRequest, Frames.Udp4, Frames.Udp6, Frames.Tcp4, Frames.Tcp6, Frames.Echo4, Frames.Echo6];
        frames.Add([.. Frames.Udp4[..14], .. Frames.Fragment4]);
        foreach (var next in new[] { IpProtocol.HopByHop, IpProtocol.Routing, IpProtocol.Fragment, IpProtocol.Ah })
        {
            byte[] extended = [.. Frames.Tcp6[..54], .. Wire.Hex("0600 0001 00000000"), .. Frames.Tcp6[54..]];
            (extended[19], extended[20]) = (40, next);
            frames.Add(extended);
        }
        var room = new byte[300];
        var (a, b) = (Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6);
        frames.Add(room[..PacketBuilder.NeighborSolicitation(room, Frames.MacA, a, b)]);
        frames.Add(room[..PacketBuilder.NeighborAdvertisement(room, Frames.MacB, b, Frames.MacA, a, isRouter: true)]);
        PacketLayout.TryParse(Frames.Udp4, out var layout);
        frames.Add(
            room[..PacketBuilder.IcmpError(room, Frames.Udp4, layout, Frames.MacB, Frames.MacA, Frames.V4.Destination.AsV4, new(3, 1, 0))]
        );
        frames.Add(room[..PacketBuilder.Udp(room, Frames.V4, 1, Vxlan.Port, [.. Wire.Hex("08000000 00000700"), .. Frames.Echo6])]);
        frames.Add([.. Frames.Tcp4[..12], .. Wire.Hex("88a8 0001 8100 000a"), .. Frames.Tcp4[12..]]);
        return frames;
    }
}
