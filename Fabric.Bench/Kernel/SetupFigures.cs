namespace Fabric.Bench.Kernel;

/// <summary>What became of new flows.</summary>
/// <param name="Offered">New flows sent a second.</param>
/// <param name="Arrived">First packets that arrived a second, while they were sent.</param>
/// <param name="LostShare">Of the first packets sent, the share that never arrived.</param>
/// <param name="Flows">Flows in the datapath when all had arrived.</param>
internal sealed record SetupFigures(double Offered, double Arrived, double LostShare, long Flows);
