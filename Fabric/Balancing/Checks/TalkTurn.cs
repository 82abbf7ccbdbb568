using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>What comes of a turn of a talk.</summary>
/// <param name="Next">The talk from now on.</param>
/// <param name="Say">What is said now, after everything before.</param>
/// <param name="Result">What came of the check; null while it goes on.</param>
/// <param name="Status">With the result: the status of HTTP, 0 if there is none.</param>
public readonly record struct TalkTurn(ICheckTalk Next, ReadOnlyMemory<byte> Say = default, CheckResult? Result = null, ushort Status = 0);
