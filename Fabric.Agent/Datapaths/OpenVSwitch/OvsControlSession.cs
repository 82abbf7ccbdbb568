using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

internal sealed class OvsControlSession : IDisposable
{
    private readonly NetlinkSession _session;
    private readonly GenericFamily _datapaths;
    private readonly GenericFamily _vports;

    private OvsControlSession(NetlinkSession session)
    {
        _session = session;
        _datapaths = GenericFamilies.Resolve(session, DatapathFamily);
        _vports = GenericFamilies.Resolve(session, VportFamily);
        FlowFamily = GenericFamilies.Resolve(session, OvsFormat.FlowFamily);
        PacketFamily = GenericFamilies.Resolve(session, OvsFormat.PacketFamily);
    }

    public GenericFamily FlowFamily { get; }
    public GenericFamily PacketFamily { get; }

    public static OvsControlSession Open() => new(new NetlinkSession(NetlinkSocket.OpenRequests(NetlinkSocket.GenericProtocol)));

    public int OpenDatapath(string name)
    {
        try
        {
            return Find(name);
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoDevice) { }
        var w = _session.Begin(_datapaths.Id, NetlinkFlags.Echo);
        w.WriteFixed(new OvsHeader(DatapathCommand.New, DatapathVersion, 0));
        w.WriteText(DatapathAttribute.Name, name);
        w.Write(DatapathAttribute.UpcallPid, 0u);
        w.Write(DatapathAttribute.UserFeatures, DatapathFeature.Unaligned | DatapathFeature.VportPids);
        return _session.Get<int>($"make datapath {name}", ParseIndex);
    }

    private int Find(string name)
    {
        var w = _session.Begin(_datapaths.Id);
        w.WriteFixed(new OvsHeader(DatapathCommand.Get, DatapathVersion, 0));
        w.WriteText(DatapathAttribute.Name, name);
        return _session.Get<int>($"find datapath {name}", ParseIndex);
    }

    private static bool ParseIndex(NetlinkMessage m, out int index, out NetlinkProblem p)
    {
        p = NetlinkProblem.None;
        index = OvsHeader.TryRead(m.Payload, out var h, out _) ? h.DatapathIndex : 0;
        return index != 0;
    }

    public bool DeleteDatapath(string name)
    {
        var w = _session.Begin(_datapaths.Id);
        w.WriteFixed(new OvsHeader(DatapathCommand.Del, DatapathVersion, 0));
        w.WriteText(DatapathAttribute.Name, name);
        try
        {
            _session.Execute($"delete datapath {name}");
            return true;
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoDevice)
        {
            return false;
        }
    }

    public uint AttachPort(int index, string name)
    {
        foreach (var v in ReadPorts(index))
            if (v.Counters.Interface == name)
                return v.Number;
        var w = _session.Begin(_vports.Id, NetlinkFlags.Echo);
        w.WriteFixed(new OvsHeader(VportCommand.New, VportVersion, index));
        w.WriteText(VportAttribute.Name, name);
        w.Write(VportAttribute.Type, VportType.Netdev);
        w.Write(VportAttribute.UpcallPid, 0u);
        return _session.Get<Vport>($"attach {name}", ParseVport).Number;
    }

    public void DirectUpcalls(int index, uint port, uint pid)
    {
        var w = _session.Begin(_vports.Id);
        w.WriteFixed(new OvsHeader(VportCommand.Set, VportVersion, index));
        w.Write(VportAttribute.PortNo, port);
        w.Write(VportAttribute.UpcallPid, pid);
        _session.Execute($"direct upcalls of port {port}");
    }

    public void DetachPort(int index, uint port)
    {
        var w = _session.Begin(_vports.Id);
        w.WriteFixed(new OvsHeader(VportCommand.Del, VportVersion, index));
        w.Write(VportAttribute.PortNo, port);
        try
        {
            _session.Execute($"detach port {port}");
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoDevice) { }
    }

    public IReadOnlyList<Vport> ReadPorts(int index)
    {
        var w = _session.Begin(_vports.Id);
        w.WriteFixed(new OvsHeader(VportCommand.Get, VportVersion, index));
        return _session.Dump<Vport>("read ports", ParseVport);
    }

    private static bool ParseVport(NetlinkMessage m, out Vport v, out NetlinkProblem p)
    {
        v = default;
        p = NetlinkProblem.None;
        if (!OvsHeader.TryRead(m.Payload, out _, out var a))
            return false;
        uint number = 0;
        string name = "";
        VportCounters c = default;
        while (a.Next())
        {
            if (a.Type == VportAttribute.PortNo)
                number = a.Read<uint>();
            else if (a.Type == VportAttribute.Name)
                name = a.ReadText();
            else if (a.Type == VportAttribute.Stats)
                c = a.Read<VportCounters>();
        }
        v = new Vport(
            number,
            new PortCounters(
                number,
                name,
                (long)c.ReceivedPackets,
                (long)c.ReceivedBytes,
                (long)c.SentPackets,
                (long)c.SentBytes,
                (long)c.SendDropped,
                (long)c.ReceiveDropped
            )
        );
        return true;
    }

    public readonly record struct Vport(uint Number, PortCounters Counters);

    public bool TryReadFlow(int index, FlowId flow, TimeProvider clock, out FlowStatistics statistics)
    {
        var w = _session.Begin(FlowFamily.Id);
        w.WriteFixed(new OvsHeader(FlowCommand.Get, FlowVersion, index));
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(w.Add(FlowAttribute.Ufid, 16));
        for (var i = 0; i < 4; i++)
            words[i] = (uint)(flow.Value >> 32 * (3 - i));
        w.Write(FlowAttribute.UfidFlags, 7u);
        try
        {
            statistics = _session.Get<FlowStatistics>(
                "read flow",
                (NetlinkMessage m, out FlowStatistics s, out NetlinkProblem p) =>
                {
                    var ok = OvsFlowReader.TryRead(m.Payload, out var f, out p);
                    s = ok ? f.StatisticsBy(clock) : default;
                    return ok;
                }
            );
            return true;
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoEntry)
        {
            statistics = default;
            return false;
        }
    }

    public IReadOnlyList<LeftFlow> ReadFlows(int index, TimeProvider clock)
    {
        var w = _session.Begin(FlowFamily.Id);
        w.WriteFixed(new OvsHeader(FlowCommand.Get, FlowVersion, index));
        return _session.Dump<LeftFlow>(
            "read flows",
            (NetlinkMessage m, out LeftFlow left, out NetlinkProblem p) =>
            {
                left = default;
                if (!OvsFlowReader.TryRead(m.Payload, out var f, out p))
                    return false;
                var actions = new List<FlowAction>();
                if (f.Id is not { } id || !f.TryReadMatch(out var key, out var mask) || !f.TryReadActions(actions))
                    return false;
                left = new LeftFlow(new DatapathFlow(id, key, mask, [.. actions]), f.StatisticsBy(clock));
                return true;
            }
        );
    }

    public (long Hits, long Misses, long Lost, long Flows, long Masks) ReadCounters(int index)
    {
        var w = _session.Begin(_datapaths.Id);
        w.WriteFixed(new OvsHeader(DatapathCommand.Get, DatapathVersion, index));
        return _session.Get<(long, long, long, long, long)>(
            "read datapath",
            (NetlinkMessage m, out (long, long, long, long, long) s, out NetlinkProblem p) =>
            {
                p = NetlinkProblem.None;
                s = default;
                if (!OvsHeader.TryRead(m.Payload, out _, out var a))
                    return false;
                DatapathCounters c = default;
                MaskCounters k = default;
                while (a.Next())
                {
                    if (a.Type == DatapathAttribute.Stats)
                        c = a.Read<DatapathCounters>();
                    else if (a.Type == DatapathAttribute.MegaflowStats)
                        k = a.Read<MaskCounters>();
                }
                s = ((long)c.Hit, (long)c.Missed, (long)c.Lost, (long)c.Flows, k.Masks);
                return true;
            }
        );
    }

    public void Dispose() => _session.Dispose();
}
