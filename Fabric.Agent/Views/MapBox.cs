namespace Fabric.Agent.Views;

/// <summary>Where something is drawn on the map, in its own units: at scale 1 a unit is a pixel.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct MapBox(int X, int Y, int Width, int Height)
{
    /// <summary>The right edge.</summary>
    public int Right => X + Width;

    /// <summary>The lower edge.</summary>
    public int Bottom => Y + Height;

    /// <summary>The same elsewhere.</summary>
    public MapBox Moved(int x, int y) => this with { X = X + x, Y = Y + y };
}
