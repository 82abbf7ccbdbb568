using System.Diagnostics;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Lab;

/// <summary>Lays cables from namespaces to the host, and sets up the stations at their ends.</summary>
internal static class GuestHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>Makes a namespace with its loopback up.</summary>
    /// <exception cref="LinuxException">The name is taken (EEXIST), or the privilege is missing.</exception>
    public static void CreateNamespace(string name)
    {
        NetworkNamespace.Create(name);
        using var routes = RouteSocket.Open(name);
        routes.SetUp(routes.ReadLink("lo"));
    }

    /// <summary>Connects a namespace to the host, and returns once the cable carries frames; if anything fails nothing is left.</summary>
    /// <param name="guest">What to set up.</param>
    /// <param name="target">The namespace; stays the caller's.</param>
    /// <param name="what">What to call it when something fails.</param>
    /// <exception cref="LinuxException">A name is taken (EEXIST), an address is refused, or the privilege is missing.</exception>
    public static void Connect(Guest guest, FileDescriptor target, string what)
    {
        using var host = guest.HostNamespace is { } elsewhere ? RouteSocket.Open(elsewhere) : RouteSocket.Open();
        using var routes = NetworkNamespace.RunIn(target, what, RouteSocket.Open);
        var near = host.CreateVeth(guest.HostInterface, guest.Interface, target);
        try
        {
            host.Silence(near);
            host.SetUp(near);
            SetUp(guest, routes);
            WaitForSignal(() => host.ReadLink(near.Name).IsRunning && routes.ReadLink(guest.Interface).IsRunning, near.Name);
        }
        catch
        {
            host.Delete(near);
            throw;
        }
    }

    /// <summary>Deletes a cable by its end on the host; false if it is not there.</summary>
    /// <exception cref="LinuxException">The privilege is missing.</exception>
    public static bool Disconnect(string hostInterface)
    {
        using var host = RouteSocket.Open();
        if (host.FindLink(hostInterface) is not { } link)
            return false;
        try
        {
            host.Delete(link);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.NoDevice)
        {
            return false;
        }
        return true;
    }

    private static void SetUp(Guest guest, RouteSocket routes)
    {
        var link = routes.ReadLink(guest.Interface);
        if (guest.Mac is { } mac)
            routes.SetMac(link, mac);
        routes.SetUp(link);
        foreach (var address in guest.Addresses)
            routes.AddAddress(link, address.Address, address.PrefixLength);
        foreach (var gateway in guest.Gateways)
            routes.AddDefaultRoute(gateway, link);
    }

    private static void WaitForSignal(Func<bool> isThere, string name)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isThere())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new LinuxException($"wait for a signal on link {name}", Errno.TimedOut);
            Thread.Sleep(PollInterval);
        }
    }
}
