using System.Globalization;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>The kernel refused a netlink request, or answered it with bytes that make no sense.</summary>
/// <remarks>
/// <see cref="LinuxException.Errno"/> is the kernel's own number when it refused; BadMessage when its answer was malformed;
/// TimedOut when none came; Interrupted when a dump could not be read whole.
/// </remarks>
public sealed class NetlinkException : LinuxException
{
    /// <summary>Describes one failed request.</summary>
    /// <param name="operation">What was tried, with the object by name.</param>
    /// <param name="errno">The kernel's number.</param>
    /// <param name="sequence">Of the request.</param>
    /// <param name="kernelText">The kernel's explanation, or ours when the answer was malformed.</param>
    /// <param name="offsetBytes">Where in the request the kernel stumbled.</param>
    /// <param name="advice">What the reader can do; the general advice for that number when null.</param>
    public NetlinkException(
        string operation,
        Errno errno,
        uint sequence,
        string? kernelText = null,
        uint? offsetBytes = null,
        string? advice = null
    )
        : base(Describe(operation, errno, Detail(kernelText, offsetBytes), advice ?? AdviceFor(errno)), operation, errno)
    {
        Sequence = sequence;
        KernelText = kernelText;
        OffsetBytes = offsetBytes;
    }

    /// <summary>The sequence number of the request.</summary>
    public uint Sequence { get; }

    /// <summary>The kernel's explanation in words, if it gave one.</summary>
    public string? KernelText { get; }

    /// <summary>The byte of the request, counted from its header, that the kernel objects to, if it said so.</summary>
    public uint? OffsetBytes { get; }

    private static string? Detail(string? kernelText, uint? offsetBytes) =>
        (kernelText, offsetBytes) switch
        {
            (null, null) => null,
            (null, { } offset) => string.Create(CultureInfo.InvariantCulture, $"at byte {offset} of the request"),
            ({ } text, null) => $"\"{text}\"",
            ({ } text, { } offset) => string.Create(CultureInfo.InvariantCulture, $"\"{text}\" at byte {offset} of the request"),
        };
}
