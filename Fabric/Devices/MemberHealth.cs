namespace Fabric.Devices;

/// <summary>How a member of a pool is, as whoever checks it has found.</summary>
/// <param name="Percent">The part of its weight that it takes connections by: 0 is down, 100 wholly up, and between that it starts slowly.</param>
/// <param name="Last">What came of the check that told so.</param>
/// <param name="Status">With it, the status of HTTP; 0 if there is none.</param>
public readonly record struct MemberHealth(byte Percent, CheckResult Last, ushort Status)
{
    /// <summary>Of a member that has not been found down.</summary>
    public const byte Whole = 100;

    /// <summary>It takes connections.</summary>
    public bool IsUp => Percent > 0;
}
