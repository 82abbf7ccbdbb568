using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Why a command was refused; nothing was changed.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Message">One sentence that names the objects concerned by their names and says what to do.</param>
/// <param name="Subject">The device that was to be changed.</param>
/// <param name="Other">The other device concerned, where there is one.</param>
public sealed record Rejection(RejectionReason Reason, string Message, DeviceRef? Subject = null, DeviceRef? Other = null);
