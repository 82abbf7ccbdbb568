using System.Globalization;
using System.Text;

namespace Fabric.Agent.Lab;

/// <summary>Writes the description of a lab that is larger than docs/examples/lab.yaml: the same two bridges and router, with ports spread over hosts.</summary>
internal static class LabText
{
    // Addresses below are the router's, and spare.
    private const int FirstAddress = 11;

    /// <summary>The description.</summary>
    public static string Of(LabPlan plan)
    {
        var text = new StringBuilder();
        var hosts = plan.HostNames;
        Line("fabric: v1");
        Line("hosts:");
        for (var index = 0; index < hosts.Length; index++)
        {
            var underlay = string.Join(", ", LabPlan.UnderlayOf(index).Select(address => $"\"{address.Address}\""));
            Line(plan.IsWide ? $"  {hosts[index]}: {{ underlay: [{underlay}] }}" : $"  {hosts[index]}: {{}}");
        }
        Line("tenants:");
        Line("  lab:");
        Line("    routers:");
        Line("      r1: {}");
        Line("    bridges:");
        Line("      web: { subnet: [10.1.0.0/24, \"fd00:1::/64\"], router: r1 }");
        Line("      db: { subnet: [10.2.0.0/24, \"fd00:2::/64\"], router: r1 }");
        Line("    ports:");
        var half = (plan.Ports + 1) / 2;
        for (var index = 0; index < plan.Ports; index++)
        {
            var isWeb = index < half;
            var (bridge, subnet, number) = isWeb ? ("web", 1, index) : ("db", 2, index - half);
            var name = Invariant($"{bridge}{number + 1}");
            var address = number + FirstAddress;
            Line(
                Invariant(
                    $"      {name}: {{ on: {bridge}, ip: [10.{subnet}.0.{address}, \"fd00:{subnet}::{address}\"], host: {hosts[index % hosts.Length]}, interface: {plan.Name.Prefix}{name}{(isWeb ? "" : ", outbound: db-in")} }}"
                )
            );
        }
        Line("    chains:");
        Line("      db-in:");
        Line("        - { name: no-telnet, proto: tcp, dport: 23, do: drop }");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
