using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Bench.Datapath;

/// <summary>Two guests and the namespace between them, in which something is to forward; the same for every system compared.</summary>
/// <remarks>
/// <code>
/// Left [eth0 10.0.0.1] ---- [left] Middle [right] ---- [eth0 10.0.0.2] Right
/// </code>
/// </remarks>
internal sealed class Site : IDisposable
{
    public const string LeftPort = "left";
    public const string RightPort = "right";
    public const string GuestPort = "eth0";
    public const string LeftAddress = "10.0.0.1";
    public const string RightAddress = "10.0.0.2";
    public const string LeftMac = "02:00:00:00:00:0a";
    public const string RightMac = "02:00:00:00:00:0b";

    private const int PrefixBits = 24;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<BenchNamespace> _namespaces = [];

    /// <summary>Lays the cables; nothing forwards yet.</summary>
    public Site()
    {
        try
        {
            (Left, Middle, Right) = (Add(), Add(), Add());
            Connect(LeftPort, Left, LeftMac, LeftAddress);
            Connect(RightPort, Right, RightMac, RightAddress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The guest that sends.</summary>
    public BenchNamespace Left { get; }

    /// <summary>Where the forwarding is done.</summary>
    public BenchNamespace Middle { get; }

    /// <summary>The guest that receives.</summary>
    public BenchNamespace Right { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _namespaces.ForEach(one => one.Dispose());
        _namespaces.Clear();
    }

    private BenchNamespace Add()
    {
        var made = new BenchNamespace();
        _namespaces.Add(made);
        return made;
    }

    private void Connect(string port, BenchNamespace guest, string mac, string address)
    {
        using var target = NetworkNamespace.Open(guest.Name);
        var near = Middle.Routes.CreateVeth(port, GuestPort, target);
        Middle.Routes.Silence(near);
        Middle.Routes.SetUp(near);
        var far = guest.Routes.ReadLink(GuestPort);
        guest.Routes.SetMac(far, MacAddress.Parse(mac));
        guest.Routes.SetUp(far);
        guest.Routes.AddAddress(far, IpAddress.Parse(address), PrefixBits);
        if (!SpinWait.SpinUntil(() => IsRunning(Middle, port) && IsRunning(guest, GuestPort), s_patience))
            throw new IOException($"the veth {port} did not come up within {s_patience.TotalSeconds} s");
    }

    private static bool IsRunning(BenchNamespace at, string link) => at.Routes.ReadLink(link).IsRunning;
}
