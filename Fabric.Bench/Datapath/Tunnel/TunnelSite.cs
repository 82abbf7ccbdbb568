using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Bench.Datapath.Tunnel;

/// <summary>Two hosts with a cable between them and a guest behind each; the same for every system compared.</summary>
/// <remarks>
/// <code>
/// Left [eth0 10.0.0.1] ---- [guest] Hosts 0 [under] ---- [under] Hosts 1 [guest] ---- [eth0 10.0.0.2] Right
/// </code>
/// The cable takes 1500 bytes, so guests send 1450: what a VXLAN tunnel over IPv4 leaves of it.
/// </remarks>
internal sealed class TunnelSite : IDisposable
{
    public const string Cable = "under";
    public const string HostPort = "guest";
    public const string GuestPort = "eth0";
    public const string RightAddress = "10.0.0.2";
    public const int UnderlayPrefixBits = 24;

    private const string LeftAddress = "10.0.0.1";
    private const int PrefixBits = 24;
    private const uint GuestMtu = 1450;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<BenchNamespace> _namespaces = [];

    /// <summary>Lays the cables; nothing forwards yet, and the hosts have no addresses.</summary>
    public TunnelSite()
    {
        try
        {
            (Left, Hosts, Right) = (Add(), [Add(), Add()], Add());
            using var other = NetworkNamespace.Open(Hosts[1].Name);
            Hosts[0].Routes.CreateVeth(Cable, Cable, other);
            foreach (var host in Hosts)
                host.Routes.SetUp(host.Routes.ReadLink(Cable));
            Connect(Hosts[0], Left, new MacAddress(0x0200_0000_000a), LeftAddress);
            Connect(Hosts[1], Right, new MacAddress(0x0200_0000_000b), RightAddress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The guest that sends.</summary>
    public BenchNamespace Left { get; }

    /// <summary>Where the forwarding is done: 0 has the guest that sends.</summary>
    public IReadOnlyList<BenchNamespace> Hosts { get; } = [];

    /// <summary>The guest that receives.</summary>
    public BenchNamespace Right { get; }

    /// <summary>The address of a host on the cable.</summary>
    public static string UnderlayOf(int host) => host == 0 ? "192.0.2.1" : "192.0.2.2";

    /// <summary>Turns off what guests and cable leave to their devices.</summary>
    public void TurnOffloadsOff()
    {
        foreach (var guest in (BenchNamespace[])[Left, Right])
            TurnOff(guest, GuestPort);
        foreach (var host in Hosts)
            TurnOff(host, Cable);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _namespaces.ForEach(one => one.Dispose());
        _namespaces.Clear();
    }

    private static void TurnOff(BenchNamespace at, string link) =>
        at.Run(() =>
        {
            ChecksumOffload.AllOff(link);
            return 0;
        });

    private BenchNamespace Add()
    {
        var made = new BenchNamespace();
        _namespaces.Add(made);
        return made;
    }

    private static void Connect(BenchNamespace host, BenchNamespace guest, MacAddress mac, string address)
    {
        using var target = NetworkNamespace.Open(guest.Name);
        var near = host.Routes.CreateVeth(HostPort, GuestPort, target);
        host.Routes.Silence(near);
        host.Routes.SetUp(near);
        var far = guest.Routes.ReadLink(GuestPort);
        guest.Routes.SetMac(far, mac);
        guest.Routes.SetMtu(far, GuestMtu);
        guest.Routes.SetUp(far);
        guest.Routes.AddAddress(far, IpAddress.Parse(address), PrefixBits);
        if (!SpinWait.SpinUntil(() => host.Routes.ReadLink(HostPort).IsRunning && guest.Routes.ReadLink(GuestPort).IsRunning, s_patience))
            throw new IOException($"the cable of {address} did not come up within {s_patience.TotalSeconds} s");
    }
}
