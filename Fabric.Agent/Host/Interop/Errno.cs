namespace Fabric.Agent.Host.Interop;

/// <summary>The error numbers of Linux that the agent gives a meaning of its own.</summary>
/// <remarks>Values of asm-generic/errno-base.h and errno.h. Other numbers are carried unnamed: the enum is open.</remarks>
public enum Errno
{
    None = 0,
    NotPermitted = 1,
    NoEntry = 2,
    NoProcess = 3,
    Interrupted = 4,
    InputOutput = 5,
    NoDeviceOrAddress = 6,
    BadDescriptor = 9,
    TryAgain = 11,
    OutOfMemory = 12,
    AccessDenied = 13,
    Busy = 16,
    Exists = 17,
    NoDevice = 19,
    Invalid = 22,
    TooManyFiles = 24,
    NoSpace = 28,
    ReadOnly = 30,
    Range = 34,
    Protocol = 71,
    BadMessage = 74,
    MessageTooLong = 90,
    NotSupported = 95,
    FamilyNotSupported = 97,
    AddressInUse = 98,
    NetworkDown = 100,
    NetworkUnreachable = 101,
    NoBuffers = 105,
    TimedOut = 110,
}
