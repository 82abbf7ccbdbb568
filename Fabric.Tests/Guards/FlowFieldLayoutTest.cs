using Fabric.Flows;

namespace Fabric.Tests.Guards;

/// <summary>The layout of flow keys.</summary>
public class FlowFieldLayoutTest
{
    private static readonly FlowField[] s_fields = Enum.GetValues<FlowField>();

    [Test]
    public void No_two_fields_share_a_bit()
    {
        var owners = new Dictionary<(int Word, int Bit), FlowField>();
        var broken = new List<string>();
        foreach (var field in s_fields)
        {
            foreach (var bit in BitsOf(field))
            {
                if (!owners.TryAdd(bit, field))
                    broken.Add($"Fabric/Flows/FlowFieldLayout.cs: {field} and {owners[bit]} share bit {bit.Bit} of word {bit.Word}");
            }
        }
        Guard.Holds("No two fields share a bit.", broken);
        FlowFieldLayout.Count.ShouldBe(s_fields.Length);
    }

    [Test]
    public void A_field_that_is_set_changes_no_other()
    {
        foreach (var field in s_fields)
        {
            var key = new FlowKey();
            key.SetAny(field, FlowFieldLayout.AllOf(field));
            foreach (var other in s_fields)
                key.GetAny(other).ShouldBe(other == field ? FlowFieldLayout.AllOf(field) : UInt128.Zero, $"{other} after setting {field}");
        }
    }

    private static IEnumerable<(int Word, int Bit)> BitsOf(FlowField field)
    {
        var word = FlowFieldLayout.WordOf(field);
        if (FlowFieldLayout.IsWide(field))
            return Enumerable.Range(0, 128).Select(bit => (word + bit / 64, bit % 64));
        return Enumerable.Range(FlowFieldLayout.ShiftOf(field), FlowFieldLayout.WidthOf(field)).Select(bit => (word, bit));
    }
}
