using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Tests.Packets.Frames;

namespace Fabric.Tests.Live;

/// <summary>Two guests with one interface each, and the other ends of their cables in a namespace between them.</summary>
/// <remarks>
/// The guests have the addresses of <see cref="Packets.Frames"/>.
/// <code>
/// Left [eth0 10.0.0.1 fd00::1 :0a] ---- [left] Middle [right] ---- [eth0 10.0.0.2 fd00::2 :0b] Right
/// </code>
/// </remarks>
public sealed class TwoGuests : IDisposable
{
    public const string LeftPort = "left";
    public const string RightPort = "right";
    public const string GuestPort = "eth0";

    private readonly bool _doGuestsTalk;

    /// <param name="doGuestsTalk">
    /// Whether the guests' own stacks use ARP and IPv6. If not, only what a test sends is on the cables.
    /// </param>
    public TwoGuests(bool doGuestsTalk)
    {
        _doGuestsTalk = doGuestsTalk;
        Connect(LeftPort, Left, V4.SourceMac, V4.Source, V6.Source);
        Connect(RightPort, Right, V4.DestinationMac, V4.Destination, V6.Destination);
    }

    public TestNamespace Left { get; } = new();

    public TestNamespace Middle { get; } = new();

    public TestNamespace Right { get; } = new();

    /// <summary>The link of the middle that leads to a guest.</summary>
    public Link Port(string name) => Middle.Routes.ReadLink(name);

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        Middle.Dispose();
    }

    private void Connect(string port, TestNamespace guest, MacAddress mac, IpAddress v4, IpAddress v6)
    {
        using var target = NetworkNamespace.Open(guest.Name);
        var near = Middle.Routes.CreateVeth(port, GuestPort, target);
        Middle.Routes.Silence(near);
        Middle.Routes.SetUp(near);
        var far = guest.Routes.ReadLink(GuestPort);
        if (!_doGuestsTalk)
        {
            guest.Routes.Silence(far);
        }
        guest.Routes.SetMac(far, mac);
        guest.Routes.SetUp(far);
        LiveTest.Eventually(() => Port(port).IsRunning && guest.Routes.ReadLink(GuestPort).IsRunning, "a signal");
        guest.Routes.AddAddress(far, v4, 24);
        guest.Routes.AddAddress(far, v6, 64);
    }
}
