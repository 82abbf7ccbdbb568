using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.HostLayer.Interop;

public class InteropLayoutTest
{
    [Test]
    public void Structs_have_the_sizes_of_the_kernel()
    {
        Unsafe.SizeOf<IoVector>().ShouldBe(16);
        Unsafe.SizeOf<MultiMessageHeader>().ShouldBe(64);
        Unsafe.SizeOf<PacketAddress>().ShouldBe(24); // sockaddr_ll has 20; the kernel takes at least that.
        Unsafe.SizeOf<NetlinkAddress>().ShouldBe(12);
        Unsafe.SizeOf<EpollEvent>().ShouldBe(12);
        Unsafe.SizeOf<VirtioNetHeader>().ShouldBe(VirtioNetHeader.LengthBytes);
        Unsafe.SizeOf<AuxiliaryData>().ShouldBe(40);
    }

    [TestCase(nameof(MultiMessageHeader.Vectors), 16)]
    [TestCase(nameof(MultiMessageHeader.Control), 32)]
    [TestCase(nameof(MultiMessageHeader.Flags), 48)]
    [TestCase(nameof(MultiMessageHeader.TransferredBytes), 56)]
    public void Fields_of_mmsghdr_lie_where_the_kernel_writes_them(string field, int offset) =>
        Marshal.OffsetOf<MultiMessageHeader>(field).ShouldBe(offset);

    [TestCase(nameof(AuxiliaryData.Status), 16)]
    [TestCase(nameof(AuxiliaryData.VlanTci), 32)]
    [TestCase(nameof(AuxiliaryData.VlanTpid), 34)]
    public void Fields_of_the_control_message_lie_where_the_kernel_writes_them(string field, int offset) =>
        Marshal.OffsetOf<AuxiliaryData>(field).ShouldBe(offset);
}
