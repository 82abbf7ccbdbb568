using Fabric.Agent.Host;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Lab;

/// <summary>Makes the hosts of a wide lab: a namespace each, and a switch in another that they are cabled to.</summary>
internal static class LabUnderlayHost
{
    /// <summary>The hosts' interface on the underlay.</summary>
    public const string Interface = "underlay";

    private const string Switch = "switch";

    // A frame of a guest with its tunnel headers in front: nobody has to make smaller packets than on a cable.
    private const uint MtuBytes = 9000;

    /// <summary>Makes all of them; the ledger has each before it is there.</summary>
    /// <exception cref="Host.Interop.LinuxException">A name is taken, or the privilege is missing.</exception>
    public static void Make(LabPlan plan, LedgerHost ledger)
    {
        Create(plan.SwitchNamespace);
        using var center = RouteSocket.Open(plan.SwitchNamespace);
        using var target = NetworkNamespace.Open(plan.SwitchNamespace);
        var between = center.CreateBridge(Switch);
        center.SetUp(between);
        var hosts = plan.HostNames;
        for (var index = 0; index < hosts.Length; index++)
        {
            var name = plan.NamespaceOf(hosts[index])!;
            Create(name);
            using var routes = RouteSocket.Open(name);
            var cable = routes.CreateVeth(Interface, hosts[index], target);
            var end = center.ReadLink(hosts[index]);
            center.SetMtu(end, MtuBytes);
            center.SetMaster(end, between);
            center.SetUp(end);
            routes.SetMtu(cable, MtuBytes);
            routes.SetUp(cable);
            foreach (var address in LabPlan.UnderlayOf(index))
                routes.AddAddress(cable, address.Address, address.PrefixLength);
        }

        void Create(string name)
        {
            ledger.Add(LedgerEntryKind.Namespace, name);
            GuestHost.CreateNamespace(name);
        }
    }
}
