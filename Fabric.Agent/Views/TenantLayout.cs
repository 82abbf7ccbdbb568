using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>Where the devices of one tenant are drawn: routers in a row, below them bridges, each with its ports in a grid.</summary>
/// <remarks>
/// <code>
///   +- tenant -------------------------------+
///   |            ( router )                  |
///   |   [ bridge a          ]  [ bridge b ]  |
///   |   port  port  port       port  port    |
///   +----------------------------------------+
/// </code>
/// In the order of names, and in grids that are wide enough for the next power of two: a port more moves nothing until its grid is full.
/// </remarks>
internal sealed class TenantLayout
{
    /// <summary>A port's tile.</summary>
    public const int PortWidth = 112;

    /// <summary>A port's tile.</summary>
    public const int PortHeight = 26;

    private const int Gap = 8;
    private const int Padding = 20;
    private const int BlockGap = 36;
    private const int Heading = 34;
    private const int TileHeight = 38;
    private const int TileWidth = 168;
    private const int RowGap = 56;
    private const int MaxColumns = 8;
    private const int LeastRow = 800;

    private readonly Dictionary<DeviceRef, MapBox> _boxes = [];

    /// <summary>Lays a tenant out.</summary>
    /// <param name="routers">Its routers, in the order of names.</param>
    /// <param name="bridges">Its bridges, in the order of names.</param>
    /// <param name="portsOf">The exterior ports of a device, in the order of names.</param>
    public TenantLayout(IReadOnlyList<Router> routers, IReadOnlyList<Bridge> bridges, Func<DeviceRef, IReadOnlyList<Port>> portsOf)
    {
        var y = Heading;
        var width = TileWidth;
        if (routers.Count > 0)
            (width, y) = PlaceRow([.. routers.Select(router => router.Ref)], portsOf, y, int.MaxValue);
        if (bridges.Count > 0)
        {
            var total = bridges.Sum(bridge => BlockWidth(portsOf(bridge.Ref).Count) + BlockGap);
            var rowWidth = Math.Max(Math.Max(width, LeastRow), (int)Math.Sqrt(total * (double)TileWidth * 2));
            (var wide, y) = PlaceRow([.. bridges.Select(bridge => bridge.Ref)], portsOf, y, rowWidth);
            Center(routers, width, Math.Max(width, wide), portsOf);
            width = Math.Max(width, wide);
        }
        Box = new MapBox(0, 0, width + 2 * Padding, y - RowGap + Padding + Padding);
    }

    /// <summary>The whole.</summary>
    public MapBox Box { get; }

    /// <summary>The devices and ports, as seen from the corner of <see cref="Box"/>.</summary>
    public IReadOnlyDictionary<DeviceRef, MapBox> Boxes => _boxes;

    /// <summary>Places blocks from left to right, and on in the next row where one is full.</summary>
    private (int Width, int Y) PlaceRow(DeviceRef[] devices, Func<DeviceRef, IReadOnlyList<Port>> portsOf, int y, int rowWidth)
    {
        var (x, height, widest) = (0, 0, 0);
        foreach (var device in devices)
        {
            var ports = portsOf(device);
            var blockWidth = BlockWidth(ports.Count);
            if (x > 0 && x + blockWidth > rowWidth)
                (x, y, height) = (0, y + height + RowGap, 0);
            var bottom = PlaceBlock(device, ports, x + Padding, y + Padding, blockWidth);
            height = Math.Max(height, bottom - y - Padding);
            widest = Math.Max(widest, x + blockWidth);
            x += blockWidth + BlockGap;
        }
        return (widest, y + height + RowGap);
    }

    private int PlaceBlock(DeviceRef device, IReadOnlyList<Port> ports, int x, int y, int width)
    {
        _boxes[device] = new MapBox(x, y, width, TileHeight);
        var columns = Columns(ports.Count);
        var top = y + TileHeight + Gap;
        for (var i = 0; i < ports.Count; i++)
        {
            var (column, row) = (i % columns, i / columns);
            _boxes[ports[i].Ref] = new MapBox(x + column * (PortWidth + Gap), top + row * (PortHeight + Gap), PortWidth, PortHeight);
        }
        var rows = (ports.Count + columns - 1) / columns;
        return top + rows * (PortHeight + Gap) - Gap;
    }

    private void Center(IReadOnlyList<Router> routers, int own, int width, Func<DeviceRef, IReadOnlyList<Port>> portsOf)
    {
        var shift = Math.Max(0, (width - own) / 2);
        foreach (var reference in routers.SelectMany(router => portsOf(router.Ref).Select(port => port.Ref).Prepend(router.Ref)))
            _boxes[reference] = _boxes[reference].Moved(shift, 0);
    }

    private static int BlockWidth(int ports) => Math.Max(TileWidth, Columns(ports) * (PortWidth + Gap) - Gap);

    /// <summary>As many columns as a grid for the next power of two takes.</summary>
    private static int Columns(int ports)
    {
        var room = 2;
        while (room < ports)
            room *= 2;
        return Math.Clamp((int)Math.Ceiling(Math.Sqrt(room)), 2, MaxColumns);
    }
}
