using System.Security.Cryptography;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Numbers for ports, shared by the threads of a datapath: none is given again until all others have been.</summary>
/// <remarks>
/// The kernel would give the lowest that is free, which is the one freed last, while flows for packets that come in by it, or go out, may still
/// stand: another tenant's packets would take them. It begins anywhere, so that numbers of an agent before this one do not come back either.
/// </remarks>
internal sealed class OvsPortNumbers
{
    private const uint First = OvsFormat.LocalPort + 1;
    private const uint Count = OvsFormat.MaxPorts - 1 - First;

    private uint _given = (uint)RandomNumberGenerator.GetInt32((int)Count);

    /// <summary>The next number, 1..65533; it may be in use by a port that was found.</summary>
    public uint Next() => First + Interlocked.Increment(ref _given) % Count;
}
