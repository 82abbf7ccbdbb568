namespace Fabric.Tests.Balancing;

/// <summary>Where connections are in one second.</summary>
/// <param name="First">At the member that leaves.</param>
/// <param name="Second">At the one that stays.</param>
/// <param name="Cut">Cut so far.</param>
internal readonly record struct LeavingSecond(int First, int Second, int Cut);
