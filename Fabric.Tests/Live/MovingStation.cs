using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

/// <summary>A station with a cable to two hosts, as a machine that is migrated has for a moment.</summary>
/// <remarks>It is a bridge with its cables plugged in, so it speaks by the one where it is spoken to.</remarks>
internal sealed class MovingStation : IDisposable
{
    public const string Address = "10.1.0.99";

    /// <summary>What its interface is called at each of its hosts.</summary>
    public const string Interface = "moving";

    private const string Mac = "02:00:00:00:00:99";
    private const string Center = "eth0";

    private readonly LabPlan _plan;

    /// <param name="plan">The lab that has the hosts.</param>
    /// <param name="cables">The hosts, and what the station calls its cable to each.</param>
    public MovingStation(LabPlan plan, params (string Host, string Name)[] cables)
    {
        _plan = plan;
        var center = Space.Routes.CreateBridge(Center);
        Space.Routes.SetMac(center, MacAddress.Parse(Mac));
        foreach (var (host, name) in cables)
            Connect(host, name, center);
        Space.Routes.SetUp(center);
        Space.Routes.AddAddress(center, IpAddress.Parse(Address), 24);
        Space.Routes.AddDefaultRoute(IpAddress.Parse("10.1.0.1"), center);
    }

    public TestNamespace Space { get; } = new();

    /// <summary>Its port at a host, as a line of the lab's description.</summary>
    public static string PortAt(string host) =>
        $"      moving: {{ on: web, mac: \"{Mac}\", ip: [{Address}], host: {host}, interface: {Interface} }}\n";

    public void Dispose() => Space.Dispose();

    private void Connect(string host, string name, Link center)
    {
        using var routes = RouteSocket.Open(_plan.NamespaceOf(host)!);
        using (var target = NetworkNamespace.Open(Space.Name))
        {
            var near = routes.CreateVeth(Interface, name, target);
            routes.Silence(near);
            routes.SetUp(near);
        }
        var end = Space.Routes.ReadLink(name);
        Space.Routes.SetMaster(end, center);
        Space.Routes.SetUp(end);
    }
}
