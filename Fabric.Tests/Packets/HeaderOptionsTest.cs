using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class HeaderOptionsTest
{
    [Test]
    public void Options_of_any_length_are_kept_and_filled_up_to_a_word()
    {
        for (var length = 0; length <= HeaderOptions.MaxLength; length++)
        {
            var bytes = Enumerable.Range(1, length).Select(value => (byte)value).ToArray();
            var options = new HeaderOptions(bytes);
            options.Length.ShouldBe((length + 3) / 4 * 4);
            var written = Wire.Dirty(HeaderOptions.MaxLength);
            options.Write(written);
            byte[] expected = [.. bytes, .. new byte[options.Length - length], .. Wire.Dirty(HeaderOptions.MaxLength - options.Length)];
            written.ShouldBe(expected, $"length {length}");
        }
    }

    [Test]
    public void Options_are_equal_by_their_bytes()
    {
        for (var at = 0; at < HeaderOptions.MaxLength; at++)
        {
            var other = new byte[HeaderOptions.MaxLength];
            other[at] = 1;
            new HeaderOptions(other).ShouldNotBe(new HeaderOptions(new byte[HeaderOptions.MaxLength]), $"byte {at}");
        }
        new HeaderOptions([1]).ShouldBe(new HeaderOptions([1, 0, 0, 0]));
        new HeaderOptions([]).ShouldBe(default);
    }
}
