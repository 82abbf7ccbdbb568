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
    public void PortsComeAndGoAsInASortedSet()
    {
        var random = new Random(1);
        var list = default(PortList);
        var model = new SortedSet<PortId>();
        for (var step = 0; step < 6_000; step++)
        {
            // It grows to a few parts, and shrinks to nothing again.
            var port = new PortId((ulong)random.Next(1, 2_000));
            var grows = random.Next(10) < (step < 3_000 ? 9 : 1);
            list = grows ? list.With(port) : list.Without(port);
            _ = grows ? model.Add(port) : model.Remove(port);
            list.Contains(port).ShouldBe(grows);
            list.Count.ShouldBe(model.Count);
            if (step % 100 == 0)
                ShouldBe(list, model);
        }
        foreach (var port in model)
            list = list.Without(port);
        list.ShouldBe(default);
    }

    [Test]
    public void RulesOnPortsAreComparedByValue()
    {
        var match = new RuleMatch { InPorts = new([new PortId(1), new PortId(2)]) };
        match.ShouldBe(new RuleMatch { InPorts = new([new PortId(2), new PortId(1)]) });
        match.ShouldNotBe(new RuleMatch { InPorts = new([new PortId(1), new PortId(2)], IsNegated: true) });
        match.ShouldNotBe(new RuleMatch { OutPorts = match.InPorts });
    }

    private static void ShouldBe(PortList list, SortedSet<PortId> model)
    {
        list.ShouldBe(model);
        list.ShouldBe(PortList.Of([.. model]));
        Enumerable.Range(0, list.Count).Select(i => list[i]).ShouldBe(model);
        var members = new List<PortId>();
        foreach (var port in list)
            members.Add(port);
        members.ShouldBe(model);
    }
}
