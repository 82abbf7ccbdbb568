using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Generic.GenericFormat;

namespace Fabric.Agent.Netlink.Generic;

/// <summary>Asks the kernel for the families of generic netlink.</summary>
public static class GenericFamilies
{
    /// <summary>Finds a family by name.</summary>
    /// <param name="session">Over a socket of <see cref="NetlinkSocket.GenericProtocol"/>.</param>
    /// <param name="name">The family's name.</param>
    /// <exception cref="NetlinkException">The kernel has no such family (ENOENT): its module is not loaded and could not be.</exception>
    public static GenericFamily Resolve(NetlinkSession session, string name)
    {
        var operation = $"find {name} in the kernel";
        var request = session.Begin(ControlId);
        request.WriteFixed(new Header(ControlCommand.Getfamily, ControlVersion));
        request.WriteText(ControlAttribute.FamilyName, name);
        try
        {
            return session.Get<GenericFamily>(operation, TryParse);
        }
        catch (NetlinkException missing) when (missing.Errno == Errno.NoEntry)
        {
            throw new NetlinkException(operation, missing.Errno, missing.Sequence, missing.KernelText, advice: AdviceFor(name));
        }
    }

    private static string AdviceFor(string name) =>
        name.StartsWith("ovs_", StringComparison.Ordinal)
            ? "the Open vSwitch kernel module is not loaded, load it with: modprobe openvswitch"
            : "the kernel module that has it is not loaded";

    private static bool TryParse(NetlinkMessage message, out GenericFamily family, out NetlinkProblem problem)
    {
        family = null!;
        problem = NetlinkProblem.None;
        if (message.Type != ControlId)
        {
            return false;
        }
        if (!message.TrySplit(Unsafe.SizeOf<Header>(), out var bytes, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        if (MemoryMarshal.Read<Header>(bytes).Command != ControlCommand.Newfamily)
        {
            return false;
        }
        family = Read(ref attributes);
        problem = attributes.Problem;
        if (problem == NetlinkProblem.None && (family.Id == 0 || family.Name.Length == 0))
        {
            problem = NetlinkProblem.AttributeMissing;
        }
        return problem == NetlinkProblem.None;
    }

    private static GenericFamily Read(ref NetlinkReader attributes)
    {
        var (name, id, version) = ("", (ushort)0, (byte)0);
        var groups = new Dictionary<string, uint>();
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case ControlAttribute.FamilyId:
                    id = attributes.Read<ushort>();
                    break;
                case ControlAttribute.FamilyName:
                    name = attributes.ReadText();
                    break;
                case ControlAttribute.Version:
                    version = (byte)attributes.Read<uint>();
                    break;
                case ControlAttribute.McastGroups:
                    var list = attributes.Enter();
                    while (list.Next())
                    {
                        ReadGroup(ref list, groups);
                    }
                    attributes.Leave(list);
                    break;
            }
        }
        return new GenericFamily(name, id, version, groups);
    }

    private static void ReadGroup(ref NetlinkReader list, Dictionary<string, uint> groups)
    {
        var (name, id) = ("", 0u);
        var group = list.Enter();
        while (group.Next())
        {
            switch (group.Type)
            {
                case GroupAttribute.Name:
                    name = group.ReadText();
                    break;
                case GroupAttribute.Id:
                    id = group.Read<uint>();
                    break;
            }
        }
        list.Leave(group);
        groups[name] = id;
    }
}
