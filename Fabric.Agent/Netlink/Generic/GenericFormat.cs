using System.Runtime.InteropServices;

namespace Fabric.Agent.Netlink.Generic;

/// <summary>The header of generic netlink, and the family that tells of the others.</summary>
/// <remarks>linux/genetlink.h. The kernel's words, so that a test can compare them with that file.</remarks>
internal static class GenericFormat
{
    /// <summary>GENL_ID_CTRL: the message type of the controller, the only family whose number is fixed.</summary>
    public const ushort ControlId = 16;

    public const byte ControlVersion = 2;

    /// <summary>struct genlmsghdr, the fixed header of every family.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Header(byte command, byte version)
    {
        public readonly byte Command = command;
        public readonly byte Version = version;
        private readonly ushort _reserved;
    }

    /// <summary>CTRL_CMD_*.</summary>
    public static class ControlCommand
    {
        public const byte Newfamily = 1;
        public const byte Getfamily = 3;
    }

    /// <summary>CTRL_ATTR_*.</summary>
    public static class ControlAttribute
    {
        public const ushort FamilyId = 1;
        public const ushort FamilyName = 2;
        public const ushort Version = 3;
        public const ushort McastGroups = 7;
    }

    /// <summary>CTRL_ATTR_MCAST_GRP_*.</summary>
    public static class GroupAttribute
    {
        public const ushort Name = 1;
        public const ushort Id = 2;
    }
}
