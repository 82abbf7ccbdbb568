using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>Where everything is drawn: tenants beside and below each other, and the hosts in rows under them.</summary>
/// <remarks>
/// A function of names and links alone, so that it is the same at every node, on every load, and after every change that neither makes nor
/// deletes a device.
/// </remarks>
internal sealed class NetworkLayout
{
    private const int Gap = 40;
    private const int HostWidth = 168;
    private const int HostHeight = 44;
    private const int HostGap = 56;
    private const int UnderlayGap = 96;
    private const int LeastWidth = 900;

    private readonly Dictionary<DeviceRef, MapBox> _boxes = [];
    private readonly List<(string Tenant, MapBox Box)> _tenants = [];

    /// <summary>Lays a network out.</summary>
    public NetworkLayout(TopologySnapshot topology)
    {
        var exterior = topology.Ports.Values.Where(port => port.IsExterior).ToLookup(port => port.Owner);
        var routers = topology.Routers.Values.ToLookup(router => router.Name.Tenant, StringComparer.Ordinal);
        var bridges = topology.Bridges.Values.ToLookup(bridge => bridge.Name.Tenant, StringComparer.Ordinal);
        var tenants = routers
            .Concat<IGrouping<string, Device>>(bridges)
            .Select(group => group.Key)
            .Distinct()
            .Order(StringComparer.Ordinal);
        var layouts = tenants
            .Select(tenant =>
                (
                    Tenant: tenant,
                    Layout: new TenantLayout(
                        [.. routers[tenant].OrderBy(router => router.Name)],
                        [.. bridges[tenant].OrderBy(bridge => bridge.Name)],
                        device => [.. exterior[device].OrderBy(port => port.Name)]
                    )
                )
            )
            .ToList();
        Width = Place(layouts, out var bottom);
        Height = PlaceHosts([.. topology.Hosts.Values.OrderBy(host => host.Name)], bottom);
    }

    /// <summary>The left edge of the whole: hosts may stand wider than what is above them.</summary>
    public int Left { get; private set; }

    /// <summary>The width of the whole.</summary>
    public int Width { get; private set; }

    /// <summary>The height of the whole.</summary>
    public int Height { get; }

    /// <summary>The tenants, in the order of names.</summary>
    public IReadOnlyList<(string Tenant, MapBox Box)> Tenants => _tenants;

    /// <summary>Routers, bridges, exterior ports and hosts.</summary>
    public IReadOnlyDictionary<DeviceRef, MapBox> Boxes => _boxes;

    private int Place(List<(string Tenant, TenantLayout Layout)> layouts, out int bottom)
    {
        var area = layouts.Sum(tenant => (tenant.Layout.Box.Width + Gap) * (double)(tenant.Layout.Box.Height + Gap));
        var rowWidth = Math.Max(LeastWidth, (int)(Math.Sqrt(area) * 1.3));
        var (x, y, height, widest) = (0, 0, 0, 0);
        foreach (var (tenant, layout) in layouts)
        {
            if (x > 0 && x + layout.Box.Width > rowWidth)
                (x, y, height) = (0, y + height + Gap, 0);
            _tenants.Add((tenant, layout.Box.Moved(x, y)));
            foreach (var (device, box) in layout.Boxes)
                _boxes[device] = box.Moved(x, y);
            height = Math.Max(height, layout.Box.Height);
            widest = Math.Max(widest, x + layout.Box.Width);
            x += layout.Box.Width + Gap;
        }
        bottom = layouts.Count == 0 ? 0 : y + height + UnderlayGap;
        return widest;
    }

    private int PlaceHosts(Fabric.Devices.Host[] hosts, int top)
    {
        if (hosts.Length == 0)
            return Math.Max(0, top - UnderlayGap);
        var inRow = Math.Max(1, (Math.Max(Width, LeastWidth) + HostGap) / (HostWidth + HostGap));
        var columns = Math.Min(inRow, hosts.Length);
        var width = columns * (HostWidth + HostGap) - HostGap;
        var shift = (Width - width) / 2;
        for (var i = 0; i < hosts.Length; i++)
        {
            var (column, row) = (i % inRow, i / inRow);
            _boxes[hosts[i].Ref] = new MapBox(
                shift + column * (HostWidth + HostGap),
                top + row * (HostHeight + HostGap),
                HostWidth,
                HostHeight
            );
        }
        Left = Math.Min(0, shift);
        Width = Math.Max(Width, width);
        return top + (hosts.Length + inRow - 1) / inRow * (HostHeight + HostGap) - HostGap;
    }
}
