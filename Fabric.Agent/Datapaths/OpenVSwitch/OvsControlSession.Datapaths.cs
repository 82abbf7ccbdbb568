using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Datapaths: whose they are, made, found, deleted.</content>
internal sealed partial class OvsControlSession
{
    /// <summary>The alias on the interface of a datapath that the agent made; one without it is another program's.</summary>
    public const string Mark = "fabric datapath";

    /// <summary>Names that begin so are those of ovs-vswitchd.</summary>
    private const string ForeignPrefix = "ovs-";

    /// <summary>Finds the agent's datapath of a name, or makes it.</summary>
    /// <remarks>
    /// A datapath is the agent's if its interface bears the <see cref="Mark"/>, which outlives the process as the datapath does. One that was
    /// found still has its ports and flows. Nothing is changed when it is refused.
    /// </remarks>
    /// <param name="name">At most 15 bytes.</param>
    /// <param name="isPerCpu">Upcalls go to a socket by the processor that the packet came in on, and not by its port; needs Linux 5.15.</param>
    /// <exception cref="NetlinkException">It belongs to another program (EEXIST), the module is too old (ENOTSUP), or it is not allowed (EPERM).</exception>
    public OvsDatapath OpenDatapath(string name, bool isPerCpu = false)
    {
        var operation = $"open datapath {name}";
        if (name.StartsWith(ForeignPrefix, StringComparison.Ordinal))
        {
            throw Refusal(operation, Errno.Exists, $"names that begin with {ForeignPrefix} are those of ovs-vswitchd, choose another one");
        }
        var features = DatapathFeature.Unaligned | DatapathFeature.VportPids | (isPerCpu ? DatapathFeature.DispatchUpcallPerCpu : 0);
        var isNew = TryCreate(name, features, out var datapath);
        if (!isNew)
        {
            datapath = DemandOurs(operation, name);
            SetFeatures(datapath, features);
            datapath = ReadDatapath(name);
        }
        if ((datapath.Features & features) == features)
        {
            return datapath;
        }
        if (isNew)
        {
            Delete(name);
        }
        throw TooOld(operation, isPerCpu);
    }

    /// <summary>The datapath of that name with its counters, whoever made it.</summary>
    /// <exception cref="NetlinkException">There is none (ENODEV).</exception>
    public OvsDatapath ReadDatapath(string name)
    {
        Begin(_datapaths, DatapathCommand.Get, 0).WriteText(DatapathAttribute.Name, name);
        return _session.Get<OvsDatapath>($"read datapath {name}", Of<OvsDatapath>(_datapaths, OvsDatapathMessage.TryParse));
    }

    /// <summary>The datapath of that name, or null; whoever made it.</summary>
    public OvsDatapath? FindDatapath(string name)
    {
        try
        {
            return ReadDatapath(name);
        }
        catch (NetlinkException missing) when (missing.Errno == Errno.NoDevice)
        {
            return null;
        }
    }

    /// <summary>All datapaths of the namespace, whoever made them.</summary>
    public IReadOnlyList<OvsDatapath> ListDatapaths()
    {
        Begin(_datapaths, DatapathCommand.Get, 0);
        return _session.Dump<OvsDatapath>("list datapaths", Of<OvsDatapath>(_datapaths, OvsDatapathMessage.TryParse));
    }

    /// <summary>Deletes a datapath of the agent's with its flows; interfaces that were its ports stay.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="NetlinkException">It belongs to another program (EEXIST).</exception>
    public bool DeleteDatapath(string name)
    {
        if (FindDatapath(name) is null)
        {
            return false;
        }
        DemandOurs($"delete datapath {name}", name);
        return Delete(name);
    }

    /// <summary>Gives a datapath back the features that it was opened with, if another program has changed them.</summary>
    /// <remarks>Any command of ovs-dpctl has upcalls go by processor, whoever made the datapath.</remarks>
    /// <returns>True if they were changed.</returns>
    public bool RestoreFeatures(OvsDatapath datapath)
    {
        var now =
            FindDatapath(datapath.Name)
            ?? throw Refusal(
                $"find datapath {datapath.Name}",
                Errno.NoDevice,
                "another program has removed it: start the agent again (ovs-vswitchd removes every datapath that it does not know when it starts)"
            );
        if (now.Features == datapath.Features)
        {
            return false;
        }
        SetFeatures(datapath, datapath.Features);
        return true;
    }

    /// <summary>Names sockets for upcalls by processor in a datapath whose upcalls go by port, for when another program has them go so.</summary>
    /// <returns>False if the kernel does not know upcalls by processor.</returns>
    public bool TryPrepareUpcallsByCpu(OvsDatapath datapath, ReadOnlySpan<uint> pids)
    {
        try
        {
            // The kernel takes the sockets only while the feature is on, and keeps them when it goes off again.
            DirectUpcallsByCpu(datapath with { Features = datapath.Features | DatapathFeature.DispatchUpcallPerCpu }, pids);
        }
        catch (NetlinkException refusal) when (refusal.Errno is Errno.NotSupported or Errno.Invalid)
        {
            return false;
        }
        SetFeatures(datapath, datapath.Features);
        return true;
    }

    /// <summary>Says which sockets take the upcalls of each processor, in the order of processors; for a datapath opened so.</summary>
    /// <exception cref="NetlinkException">The module is too old (ENOTSUP).</exception>
    public void DirectUpcallsByCpu(OvsDatapath datapath, ReadOnlySpan<uint> pids)
    {
        var request = Begin(_datapaths, DatapathCommand.Set, 0);
        request.WriteText(DatapathAttribute.Name, datapath.Name);
        request.Write(DatapathAttribute.UserFeatures, datapath.Features);
        request.WriteBytes(DatapathAttribute.PerCpuPids, MemoryMarshal.AsBytes(pids));
        _session.Execute($"set the upcall sockets of datapath {datapath.Name}");
    }

    private bool TryCreate(string name, uint features, out OvsDatapath datapath)
    {
        var operation = $"create datapath {name}";
        var request = Begin(_datapaths, DatapathCommand.New, 0, NetlinkFlags.Echo);
        request.WriteText(DatapathAttribute.Name, name);
        request.Write(DatapathAttribute.UpcallPid, 0u);
        request.Write(DatapathAttribute.UserFeatures, features);
        try
        {
            datapath = _session.Get<OvsDatapath>(operation, Of<OvsDatapath>(_datapaths, OvsDatapathMessage.TryParse));
        }
        catch (NetlinkException refusal) when (refusal.Errno == Errno.Exists)
        {
            datapath = null!;
            return false;
        }
        catch (NetlinkException refusal) when (refusal.Errno == Errno.NotSupported)
        {
            throw TooOld(operation, (features & DatapathFeature.DispatchUpcallPerCpu) != 0);
        }
        try
        {
            _routes.SetAlias(new Link { Index = new LinkIndex(datapath.Index), Name = name }, Mark);
        }
        catch
        {
            // Without its mark the agent would not know it again.
            Delete(name);
            throw;
        }
        return true;
    }

    private bool Delete(string name)
    {
        Begin(_datapaths, DatapathCommand.Del, 0).WriteText(DatapathAttribute.Name, name);
        return TryExecute($"delete datapath {name}");
    }

    private void SetFeatures(OvsDatapath datapath, uint features)
    {
        var operation = $"set the features of datapath {datapath.Name}";
        var request = Begin(_datapaths, DatapathCommand.Set, 0);
        request.WriteText(DatapathAttribute.Name, datapath.Name);
        request.Write(DatapathAttribute.UserFeatures, features);
        try
        {
            _session.Execute(operation);
        }
        catch (NetlinkException refusal) when (refusal.Errno == Errno.NotSupported)
        {
            throw TooOld(operation, (features & DatapathFeature.DispatchUpcallPerCpu) != 0);
        }
    }

    private OvsDatapath DemandOurs(string operation, string name)
    {
        var datapath =
            FindDatapath(name)
            ?? throw Refusal(
                operation,
                Errno.Exists,
                $"there is an interface {name} that is no datapath, choose another name or remove it"
            );
        if (_routes.FindLink(name)?.Alias == Mark)
        {
            return datapath;
        }
        throw Refusal(
            operation,
            Errno.Exists,
            $"another program made it, since its interface does not bear the alias '{Mark}': choose another name, or remove it with: ovs-dpctl del-dp {name}"
        );
    }

    private static NetlinkException TooOld(string operation, bool isPerCpu) =>
        Refusal(
            operation,
            Errno.NotSupported,
            isPerCpu
                ? "the Open vSwitch kernel module is too old for upcalls by processor, which need Linux 5.15: let them go by port"
                : "the Open vSwitch kernel module is too old, Linux 4.3 or later is needed"
        );
}
