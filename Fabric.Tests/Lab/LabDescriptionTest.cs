using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Lab;

public class LabDescriptionTest
{
    private static readonly LabPlan Plain = new(LabName.Default);

    [Test]
    public void ItsExpectationsHold()
    {
        var described = DescriptionReader.Read([LabDescription.Text(Plain)], DeviceIds.Derived());

        var outcomes = ExpectationRun.Of(LabDescription.Network(Plain), described.Expectations);

        outcomes.Length.ShouldBeGreaterThan(5);
        outcomes.Where(outcome => !outcome.Holds).ShouldBeEmpty();
    }

    [Test]
    public void FourGuestsHaveAddressesAndRoutersOfBothVersions()
    {
        var guests = LabDescription.Guests(Plain, LabDescription.Network(Plain));

        guests.Select(guest => guest.Port.Name).ShouldBe(["web1", "web2", "db1", "db2"]);
        guests[2].Addresses.Select(address => $"{address}").ShouldBe(["10.2.0.11/24", "fd00:2::11/64"]);
        guests[2].Gateways.Select(address => $"{address}").ShouldBe(["10.2.0.1", "fd00:2::1"]);
        guests.ShouldAllBe(guest => guest.Mac != null);
    }

    [TestCase(3, null, 4)]
    [TestCase(5, 100, 100)]
    [TestCase(LabPlan.MaxHosts, LabPlan.MaxPorts, LabPlan.MaxPorts)]
    public void ALargerLabHasItsPortsSpreadOverItsHosts(int hosts, int? ports, int expected)
    {
        var plan = new LabPlan(LabName.Default, hosts, ports);
        var topology = LabDescription.Network(plan);
        var guests = LabDescription.Guests(plan, topology);

        guests.Length.ShouldBe(expected);
        guests.Select(guest => guest.Addresses[0].Address).Distinct().Count().ShouldBe(expected);
        guests.ShouldAllBe(guest => guest.HostInterface.Length <= Guest.MaxInterfaceNameBytes);
        guests.Select(guest => guest.HostNamespace).Distinct().Count().ShouldBe(Math.Min(hosts, expected));
        topology.Hosts.Values.ShouldAllBe(host => host.Underlay.Length == 2);
    }
}
