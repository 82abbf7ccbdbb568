using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>An open file, socket, event or namespace of the kernel, closed when disposed.</summary>
/// <remarks>One owner. A native call that is given it keeps it open for as long as the call runs.</remarks>
public sealed class FileDescriptor : SafeHandle
{
    /// <summary>An invalid descriptor, for the marshaller to fill.</summary>
    public FileDescriptor()
        : base(-1, ownsHandle: true) { }

    /// <inheritdoc/>
    public override bool IsInvalid => Number < 0;

    /// <summary>The bare number, for messages that carry descriptors.</summary>
    /// <remarks>Valid only while this object is alive and not disposed.</remarks>
    // C answers with an int and leaves the upper half of the register as it was: -1 need not look like -1 in 64 bits.
    public int Number => unchecked((int)handle);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close(Number) == 0;
}
