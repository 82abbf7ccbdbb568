using Fabric.Agent.Description;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>Whether a device does its work, in a word and a sentence.</summary>
/// <param name="Word">up, down, unbound.</param>
/// <param name="IsGood">It does.</param>
/// <param name="Why">Why not; empty if it does.</param>
internal readonly record struct DeviceState(string Word, bool IsGood, string Why)
{
    private static readonly DeviceState s_up = new("up", true, "");

    /// <summary>The state of a device, as this node knows it.</summary>
    public static DeviceState Of(TopologySnapshot topology, LearnedSnapshot learned, Device device) =>
        device switch
        {
            Port { IsAdminUp: false } => new("admin down", false, "It is set `admin: down`."),
            Port { IsExterior: true, Binding: null } => new("unbound", false, "It is bound to no host's interface."),
            Port { Binding: { } binding } port when learned.DownPorts.Contains(port.Id) => new(
                "down",
                false,
                $"Interface {binding.Interface} of host {topology.Hosts.GetValueOrDefault(binding.Host)?.Name.Name} is down or missing."
            ),
            Bridge { IsAdminUp: false } or Router { IsAdminUp: false } => new("admin down", false, "It is set `admin: down`."),
            Fabric.Devices.Host host when learned.UnreachedHosts.Contains(host.Id) => new(
                "unreached",
                false,
                "Its datapath does not answer this host."
            ),
            _ => s_up,
        };

    /// <summary>Where the page of a device is: port/shop/web1, host/a.</summary>
    public static string PageOf(Device device) => $"{Nouns.One(device.Ref.Kind)}/{device.Name}";
}
