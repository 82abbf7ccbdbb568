namespace Fabric.Tests.Packets;

/// <summary>Bytes for wire tests.</summary>
internal static class Wire
{
    /// <summary>Hexadecimal digits; blanks and line ends are for the reader.</summary>
    public static byte[] Hex(string digits) => Convert.FromHexString(string.Concat(digits.Where(c => !char.IsWhiteSpace(c))));

    /// <summary>Bytes that are not zero, so that a field that was forgotten shows.</summary>
    public static byte[] Dirty(int length) => Enumerable.Repeat((byte)0xa5, length).ToArray();
}
