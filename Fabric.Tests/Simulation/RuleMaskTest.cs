using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What rules observe: no more than what decides, cheapest first.</summary>
public class RuleMaskTest
{
    private static readonly RuleMatch Web = new()
    {
        Protocol = new(IpProtocol.Tcp),
        Source = new(IpPrefix.Parse("192.168.0.0/16")),
        DestinationPort = new(PortRange.Only(80)),
    };

    [Test]
    public void ARuleThatFailsOnThePortReadsNoHeader() => Observed(Web with { InPorts = new([new PortId(7)]) }, Keys.Tcp4()).ShouldBe([]);

    [Test]
    public void ARuleThatFailsOnTheEthertypeReadsItsFirstBits() => Observed(Web, Keys.Arp()).ShouldBe([(FlowField.EthType, 0xfffcu)]);

    [Test]
    public void ARuleThatFailsOnTheProtocolReadsNoAddress() =>
        Observed(Web, Keys.Udp4()).ShouldBe([(FlowField.EthType, 0xffffu), (FlowField.IpProto, 0xf0u)]);

    [Test]
    public void ARuleThatFailsOnTheSourceReadsNoPort()
    {
        // 10 is 0000_1010 and 192 is 1100_0000: the first bit tells.
        var expected = new (FlowField, UInt128)[]
        {
            (FlowField.EthType, 0xffff),
            (FlowField.IpProto, 0xff),
            (FlowField.IpFrag, 0x02),
            (FlowField.NwSrc, 0x8000_0000),
        };
        Observed(Web, Keys.Tcp4()).ShouldBe(expected);
    }

    [Test]
    public void AnIpv4PrefixTellsIpv6ByOneBitOfTheEthertype() =>
        Observed(new RuleMatch { Source = new(IpPrefix.Parse("10.0.0.0/8")) }, Keys.Tcp6()).ShouldBe([(FlowField.EthType, 0x8000u)]);

    [Test]
    public void AnIpv6PrefixIsObservedToItsLength() =>
        Observed(new RuleMatch { Source = new(IpPrefix.Parse("fd00::/65")) }, Keys.Tcp6())
            .ShouldBe([(FlowField.EthType, 0xffff), (FlowField.NwSrc, new UInt128(ulong.MaxValue, 1UL << 63))]);

    // Port 80 is 0000_0000_0101_0000: how many of its bits tell that it is in the range, or not.
    [TestCase(0, 65535, 0)]
    [TestCase(0, 1023, 0xfc00)]
    [TestCase(1024, 65535, 0xfc00)]
    [TestCase(32768, 65535, 0x8000)]
    [TestCase(80, 80, 0xffff)]
    [TestCase(79, 79, 0xfff0)]
    [TestCase(78, 82, 0xfffe)]
    [TestCase(80, 95, 0xfff0)]
    [TestCase(80, 94, 0xfff8)]
    [TestCase(81, 82, 0xffff)]
    public void APortRangeIsObservedAsFarAsItDecides(int first, int last, int expected)
    {
        var range = new PortRange((ushort)first, (ushort)last);
        Observed(new RuleMatch { DestinationPort = new(range) }, Keys.Tcp4(to: 80))
            .Where(bits => bits.Field == FlowField.TpDst)
            .Select(bits => (int)bits.Bits)
            .SingleOrDefault()
            .ShouldBe(expected);
    }

    [Test]
    public void AMaskedStationIsObservedInItsMask() =>
        Observed(new RuleMatch { EthDst = new(new(new MacAddress(1UL << 40), new MacAddress(1UL << 40))) }, Keys.Tcp4())
            .ShouldBe([(FlowField.EthDst, (UInt128)1 << 40)]);

    [Test]
    public void AnUntaggedPacketIsToldByOneBit() =>
        Observed(new RuleMatch { Vlan = new(5) }, Keys.Tcp4()).ShouldBe([(FlowField.VlanTpid, 0xffffu)]);

    [Test]
    public void AFailedRuleOfAHundredObservesWhatOneDoes()
    {
        var one = Observed(Web, Keys.Tcp4());
        Rule[] many = [.. Enumerable.Range(0, 100).Select(i => Rule($"r{i}", RuleAction.Drop, Web))];
        Observed(many, Keys.Tcp4()).ShouldBe(one);
    }

    private static IEnumerable<(FlowField Field, UInt128 Bits)> Observed(RuleMatch match, in FlowKey packet) =>
        Observed([Drop(match)], packet);

    /// <summary>The exact bits but those of the datapath port, which are always exact.</summary>
    private static List<(FlowField Field, UInt128 Bits)> Observed(Rule[] rules, in FlowKey packet)
    {
        var world = ChainWorld.Of(rules);
        world.Run(packet);
        var mask = world.Scratch.Key.Mask;
        var fields = new List<(FlowField, UInt128)>();
        for (var field = FlowField.SkbMark; (int)field < FlowFieldLayout.Count; field++)
        {
            if (!mask.IsWildcard(field))
                fields.Add((field, mask.GetAny(field)));
        }
        return fields;
    }
}
