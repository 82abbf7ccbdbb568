using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>One wish of a simulation, for the shell to carry out after the decision.</summary>
/// <remarks>An immutable value; which members mean something is told by <see cref="Kind"/>. An emitted frame's bytes lie in the scratch that the simulation ran with, until its next run.</remarks>
public readonly record struct Effect
{
    /// <summary>What is wished.</summary>
    public EffectKind Kind { get; private init; }

    /// <summary>
    /// LearnMac: the port behind which the station is. LearnNeighbor, ResolveNeighbor: the router's port. Emit: the port that the frame leaves its device by.
    /// OpenConnection: the port that the packet came in by.
    /// </summary>
    public PortId Port { get; private init; }

    /// <summary>OpenConnection: the port that the packet leaves by.</summary>
    public PortId Egress { get; init; }

    /// <summary>OpenConnection: its ports outside are a station's own, which any thread of any host may give.</summary>
    public bool IsFixed { get; init; }

    /// <summary>LearnMac: what to remember.</summary>
    public MacKey Station { get; private init; }

    /// <summary>LearnNeighbor: the neighbor's address.</summary>
    public MacAddress Mac { get; private init; }

    /// <summary>LearnNeighbor: the neighbor says that it was asked; to be believed only while a question for its address is open.</summary>
    /// <remarks>Otherwise any station could take any address by an answer to nobody. The core does not know who asked.</remarks>
    public bool IsAnswer { get; private init; }

    /// <summary>LearnNeighbor, ResolveNeighbor: the neighbor. WantPorts: the address outside.</summary>
    public IpAddress Address { get; private init; }

    /// <summary>OpenConnection: the packet's direction, where it entered the network.</summary>
    public ConnectionKey Connection { get; private init; }

    /// <summary>OpenConnection: the direction of the answers, where they will enter it.</summary>
    public ConnectionKey Answers { get; private init; }

    /// <summary>SeeConnection: the connection and the packet's direction; news if it is the first answer.</summary>
    public ConnectionFound Seen { get; private init; }

    /// <summary>OpenConnection, SeeConnection: the packet's TCP flags.</summary>
    public TcpFlags Flags { get; private init; }

    /// <summary>TellFragment, AwaitFragment: which packet it is of.</summary>
    public FragmentKey Fragment { get; private init; }

    /// <summary>TellFragment: what it tells.</summary>
    public FragmentHead Head { get; private init; }

    /// <summary>HearEcho: the host that it came back from. AskPeer: the host to ask.</summary>
    public HostId Peer { get; private init; }

    /// <summary>WantPorts: the router. HearCheck: the one whose check is answered.</summary>
    public RouterId Router { get; private init; }

    /// <summary>Emit, HearEcho, HearCheck: where the frame lies in the scratch's bytes.</summary>
    public int FrameOffset { get; private init; }

    /// <summary>Emit, HearEcho, HearCheck: the frame's length in bytes.</summary>
    public int FrameLength { get; private init; }

    /// <summary>A station was heard behind a port.</summary>
    public static Effect LearnMac(MacKey station, PortId port) =>
        new()
        {
            Kind = EffectKind.LearnMac,
            Station = station,
            Port = port,
        };

    /// <summary>A neighbor told its address.</summary>
    public static Effect LearnNeighbor(PortId port, IpAddress address, MacAddress mac, bool isAnswer) =>
        new()
        {
            Kind = EffectKind.LearnNeighbor,
            Port = port,
            Address = address,
            Mac = mac,
            IsAnswer = isAnswer,
        };

    /// <summary>A neighbor's address is needed.</summary>
    public static Effect ResolveNeighbor(PortId port, IpAddress address) =>
        new()
        {
            Kind = EffectKind.ResolveNeighbor,
            Port = port,
            Address = address,
        };

    /// <summary>A frame is to leave a device by one of its ports.</summary>
    public static Effect Emit(PortId port, int frameOffset, int frameLength) =>
        new()
        {
            Kind = EffectKind.Emit,
            Port = port,
            FrameOffset = frameOffset,
            FrameLength = frameLength,
        };

    /// <summary>An echo came back.</summary>
    public static Effect HearEcho(HostId peer, int frameOffset, int frameLength) =>
        new()
        {
            Kind = EffectKind.HearEcho,
            Peer = peer,
            FrameOffset = frameOffset,
            FrameLength = frameLength,
        };

    /// <summary>A member answered a check.</summary>
    public static Effect HearCheck(RouterId router, int frameOffset, int frameLength) =>
        new()
        {
            Kind = EffectKind.HearCheck,
            Router = router,
            FrameOffset = frameOffset,
            FrameLength = frameLength,
        };

    /// <summary>A host is to be asked at once.</summary>
    public static Effect AskPeer(HostId peer) => new() { Kind = EffectKind.AskPeer, Peer = peer };

    /// <summary>A connection begins.</summary>
    public static Effect OpenConnection(in ConnectionKey connection, in ConnectionKey answers, PortId ingress, TcpFlags flags) =>
        new()
        {
            Kind = EffectKind.OpenConnection,
            Connection = connection,
            Answers = answers,
            Port = ingress,
            Flags = flags,
        };

    /// <summary>A first fragment told of its packet.</summary>
    public static Effect TellFragment(in FragmentKey fragment, FragmentHead head) =>
        new()
        {
            Kind = EffectKind.TellFragment,
            Fragment = fragment,
            Head = head,
        };

    /// <summary>A later fragment came before the first of its packet.</summary>
    public static Effect AwaitFragment(in FragmentKey fragment) => new() { Kind = EffectKind.AwaitFragment, Fragment = fragment };

    /// <summary>A packet of a connection was seen.</summary>
    public static Effect SeeConnection(ConnectionFound seen, TcpFlags flags) =>
        new()
        {
            Kind = EffectKind.SeeConnection,
            Seen = seen,
            Flags = flags,
        };

    /// <summary>More ports of an address outside are needed.</summary>
    public static Effect WantPorts(RouterId router, IpAddress address) =>
        new()
        {
            Kind = EffectKind.WantPorts,
            Router = router,
            Address = address,
        };
}
