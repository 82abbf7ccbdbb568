using Fabric.Devices;

namespace Fabric.Tests.Devices;

public class PortListTest
{
    [Test]
    public void ListsOfTheSameMembersAreEqualHoweverTheyWereGiven()
    {
        PortList list = [new PortId(3), new PortId(1), new PortId(3)];
        list.ShouldBe(PortList.Of(new PortId(1), new PortId(3)));
        list.GetHashCode().ShouldBe(PortList.Of(new PortId(1), new PortId(3)).GetHashCode());
        list.ShouldNotBe(PortList.Of(new PortId(1)));
        list.Select(port => port.Value).ShouldBe([1ul, 3ul]);
    }

    [Test]
    public void TheDefaultIsEmpty()
    {
        default(PortList).ShouldBe([]);
        default(PortList).Count.ShouldBe(0);
        default(PortList).Contains(new PortId(1)).ShouldBeFalse();
    }

    [Test]
    public void AMemberIsFound()
    {
        PortList list = [new PortId(3), new PortId(1)];
        list.Contains(new PortId(3)).ShouldBeTrue();
        list.Contains(new PortId(2)).ShouldBeFalse();
    }

    [Test]
    public void RulesOnPortsAreComparedByValue()
    {
        var match = new RuleMatch { InPorts = new([new PortId(1), new PortId(2)]) };
        match.ShouldBe(new RuleMatch { InPorts = new([new PortId(2), new PortId(1)]) });
        match.ShouldNotBe(new RuleMatch { InPorts = new([new PortId(1), new PortId(2)], IsNegated: true) });
        match.ShouldNotBe(new RuleMatch { OutPorts = match.InPorts });
    }
}
