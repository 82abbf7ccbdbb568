using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using Fabric.Tests.Flows;
using static Fabric.Tests.Netlink.Attributes;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>An upcall read, a flow put, a packet executed, a flow read: none costs memory.</summary>
[NonParallelizable]
public class OvsAllocationTest
{
    private const int Packets = 500;

    [Test]
    public void A_setup_allocates_nothing()
    {
        using var buffer = new NetlinkBuffer(1 << 20);
        var mix = Enumerable.Range(0, Packets).Select(Make).ToArray();
        Run(buffer, mix);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(buffer, mix);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static (byte[] Upcall, byte[] Frame, FlowMask Mask, FlowAction[] Actions) Make(int seed)
    {
        var (key, mask) = OvsBytes.RandomFlow(seed);
        byte[] frame = PacketSynthesizer.Build(key, []);
        byte[] upcall = [.. FakeOpenVSwitch.Header(1, 9), .. Of(1, frame), .. Nest(2, OvsBytes.Key(key))];
        var set = FlowAction.SetField(FlowField.EthDst, 7, 0xffffffffffff);
        return (upcall, frame, mask, [set, FlowAction.PopVlan(), OvsBytes.Tunnel(5), FlowAction.Output(2)]);
    }

    private static void Run(NetlinkBuffer buffer, (byte[] Upcall, byte[] Frame, FlowMask Mask, FlowAction[] Actions)[] mix)
    {
        buffer.Clear();
        var writer = new NetlinkWriter(buffer);
        var flows = new OvsFlowWriter(writer, s_family, 9);
        for (var i = 0; i < mix.Length; i++)
        {
            ref var packet = ref mix[i];
            OvsUpcallReader.TryRead(packet.Upcall, out var key, out var upcall);
            var isWritten = flows.TryPut(1, new FlowId((UInt128)i), key, packet.Mask, packet.Actions);
            isWritten &= OvsPacketWriter.TryExecute(writer, s_family, 9, 2, key, upcall.Packet, packet.Actions);
            isWritten &= OvsFlowReader.TryRead(packet.Upcall, out _, out _);
            if (!isWritten)
            {
                Assert.Fail($"packet {i}");
            }
        }
    }

    private static readonly GenericFamily s_family = new("ovs_flow", 0x1d, 1, new Dictionary<string, uint>());
}
