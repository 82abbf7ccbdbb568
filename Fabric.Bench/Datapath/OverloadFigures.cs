namespace Fabric.Bench.Datapath;

/// <summary>What an overload showed.</summary>
/// <param name="Offered">Frames sent a second.</param>
/// <param name="Delivered">Frames that arrived a second.</param>
internal sealed record OverloadFigures(double Offered, double Delivered);
