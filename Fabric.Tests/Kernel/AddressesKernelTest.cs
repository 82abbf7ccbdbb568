using System.Globalization;

namespace Fabric.Tests.Kernel;

/// <summary>What Fabric.Tests/Kernel/addresses.c is for: where the compiler of .NET gives up, programs are ten times slower and nothing else tells.</summary>
public class AddressesKernelTest : KernelTest
{
    private const ulong First = 1UL << 31;
    private const ulong End = 1UL << 32;

    [Test]
    public void Nothing_lies_at_addresses_that_the_compiler_cannot_encode()
    {
        var there = File.ReadLines("/proc/self/maps")
            .Where(IsUsed)
            .Where(line => Range(line) is var (from, to) && from < End && to > First);
        there.ShouldBeEmpty();
    }

    // "40000000-40001000 r-xp ..."; what is only taken may not be touched.
    private static bool IsUsed(string mapping) => mapping.Split(' ')[1] != "---p";

    private static (ulong From, ulong To) Range(string mapping)
    {
        var ends = mapping
            .Split(' ')[0]
            .Split('-')
            .Select(end => ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToArray();
        return (ends[0], ends[1]);
    }
}
