using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class BfdTest
{
    private const string Hex = "22 c0 03 18  01020304 05060708  000493e0 000f4240 00000000";

    private static readonly BfdHeader _header = new(BfdState.Up, BfdDiagnostic.EchoFailed, 3, 0x01020304, 0x05060708)
    {
        DesiredTransmitInterval = 300_000,
        RequiredReceiveInterval = 1_000_000,
    };

    [Test]
    public void A_view_takes_the_packet_apart()
    {
        BfdView.TryParse([.. Wire.Hex(Hex), 9], out var view).ShouldBeTrue();
        view.Version.ShouldBe((byte)1);
        view.Diagnostic.ShouldBe(BfdDiagnostic.EchoFailed);
        view.State.ShouldBe(BfdState.Up);
        view.Flags.ShouldBe((byte)0);
        view.Multiplier.ShouldBe((byte)3);
        view.Length.ShouldBe((byte)24);
        view.MyDiscriminator.ShouldBe(0x01020304u);
        view.YourDiscriminator.ShouldBe(0x05060708u);
        view.DesiredTransmitInterval.ShouldBe(300_000u);
        view.RequiredReceiveInterval.ShouldBe(1_000_000u);
        view.RequiredEchoInterval.ShouldBe(0u);
        view.Bytes.Length.ShouldBe(25);
    }

    [Test]
    public void A_packet_is_parsed_and_written_wholly()
    {
        BfdView.TryParse(Wire.Hex(Hex), out var view);
        BfdHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
        var bytes = Wire.Dirty(BfdHeader.Length);
        _header.Write(bytes);
        bytes.ShouldBe(Wire.Hex(Hex));
    }

    [TestCase("42 c0 03 18  01020304 05060708", HeaderFault.Version)]
    [TestCase("20 c4 03 18  01020304 05060708", HeaderFault.Kind, Description = "authentication")]
    [TestCase("20 c0 03 17  01020304 05060708", HeaderFault.Length)]
    [TestCase("20 c0 03 19  01020304 05060708", HeaderFault.Length, Description = "longer than the bytes at hand")]
    [TestCase("20 c1 03 18  01020304 05060708", HeaderFault.Reserved)]
    [TestCase("20 c0 00 18  01020304 05060708", HeaderFault.Value)]
    [TestCase("20 c0 03 18  00000000 05060708", HeaderFault.Value)]
    [TestCase("20 c0 03 18  01020304 00000000", HeaderFault.Value, Description = "up, and knows nobody")]
    public void What_no_receiver_may_take_is_not_taken(string start, HeaderFault expected)
    {
        BfdView.TryParse([.. Wire.Hex(start), .. new byte[12]], out var view).ShouldBeTrue();
        BfdHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(expected);
    }

    [Test]
    public void One_that_is_down_need_not_know_the_other()
    {
        BfdView.TryParse([.. Wire.Hex("20 40 03 18  01020304 00000000"), .. new byte[12]], out var view);
        BfdHeader.TryParse(view, out var header, out _).ShouldBeTrue();
        header.State.ShouldBe(BfdState.Down);
    }

    [Test]
    public void Twenty_three_bytes_are_no_packet() => BfdView.TryParse(new byte[23], out _).ShouldBeFalse();
}
