using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Bench.Datapath;

namespace Fabric.Bench.Kernel;

/// <summary>Four guests and the namespace between them, in which a datapath of the kernel is to forward; the same for every system compared.</summary>
/// <remarks>
/// <code>
/// Left  [eth0] ---- [left]          [right] ---- [eth0] Right
///                          Middle
/// Other [eth0] ---- [other]         [far] ------ [eth0] Far
/// </code>
/// </remarks>
internal sealed class KernelSite : IDisposable
{
    /// <summary>The guests' interface.</summary>
    public const string GuestPort = "eth0";

    private const int GatewayOctet = 254;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<GuestPlan, BenchNamespace> _guests = [];

    /// <summary>Lays the cables; nothing forwards yet.</summary>
    /// <param name="isRouted">The two sides are two subnets with a gateway each; else all are one.</param>
    public KernelSite(bool isRouted)
    {
        Middle = new BenchNamespace();
        try
        {
            foreach (var plan in GuestPlan.All)
                Connect(plan, isRouted);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the forwarding is done.</summary>
    public BenchNamespace Middle { get; }

    /// <summary>The address of the gateway that a guest has in a site that is routed.</summary>
    public static string GatewayOf(GuestPlan guest) => guest.Address[..(guest.Address.LastIndexOf('.') + 1)] + GatewayOctet;

    /// <summary>A guest's namespace.</summary>
    public BenchNamespace this[GuestPlan guest] => _guests[guest];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var guest in _guests.Values)
            guest.Dispose();
        _guests.Clear();
        Middle.Dispose();
    }

    private void Connect(GuestPlan plan, bool isRouted)
    {
        var guest = _guests[plan] = new BenchNamespace();
        using var target = NetworkNamespace.Open(guest.Name);
        var near = Middle.Routes.CreateVeth(plan.Port, GuestPort, target);
        Middle.Routes.Silence(near);
        Middle.Routes.SetUp(near);
        var far = guest.Routes.ReadLink(GuestPort);
        // A guest that announces its IPv6 address now and then would be load that nobody asked for.
        KeepQuiet(guest);
        guest.Routes.SetMac(far, MacAddress.Parse(plan.Mac));
        guest.Routes.SetUp(far);
        guest.Routes.AddAddress(far, IpAddress.Parse(plan.Address), isRouted ? 24 : 16);
        if (!SpinWait.SpinUntil(() => IsRunning(Middle, plan.Port) && IsRunning(guest, GuestPort), s_patience))
            throw new IOException($"the veth {plan.Port} did not come up within {s_patience.TotalSeconds} s");
        if (isRouted)
            guest.Routes.AddDefaultRoute(IpAddress.Parse(GatewayOf(plan)));
    }

    private static void KeepQuiet(BenchNamespace guest) =>
        guest.Run(() =>
        {
            const string setting = "/proc/sys/net/ipv6/conf/eth0/disable_ipv6";
            if (File.Exists(setting))
                File.WriteAllText(setting, "1");
            return 0;
        });

    private static bool IsRunning(BenchNamespace at, string link) => at.Routes.ReadLink(link).IsRunning;
}
