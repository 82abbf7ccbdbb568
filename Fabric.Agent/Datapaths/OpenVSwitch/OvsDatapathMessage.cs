using Fabric.Agent.Netlink;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the kernel's description of a datapath.</summary>
internal static class OvsDatapathMessage
{
    /// <summary>Reads a message of the datapath family.</summary>
    /// <returns>False with a problem if the bytes are malformed.</returns>
    public static bool TryParse(NetlinkMessage message, out OvsDatapath datapath, out NetlinkProblem problem)
    {
        datapath = null!;
        if (!OvsHeader.TryRead(message.Payload, out var header, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        var read = new OvsDatapath("", header.DatapathIndex, 0, default);
        while (attributes.Next())
        {
            read = Add(read, ref attributes);
        }
        datapath = read;
        problem = attributes.Problem;
        if (problem == NetlinkProblem.None && datapath.Name.Length == 0)
        {
            problem = NetlinkProblem.AttributeMissing;
        }
        return problem == NetlinkProblem.None;
    }

    private static OvsDatapath Add(OvsDatapath datapath, ref NetlinkReader attribute)
    {
        switch (attribute.Type)
        {
            case DatapathAttribute.Name:
                return datapath with { Name = attribute.ReadText() };
            case DatapathAttribute.UserFeatures:
                return datapath with { Features = attribute.Read<uint>() };
            case DatapathAttribute.Stats:
                var counters = attribute.Read<DatapathCounters>();
                return datapath with
                {
                    Counters = datapath.Counters with
                    {
                        Hits = (long)counters.Hit,
                        Misses = (long)counters.Missed,
                        Lost = (long)counters.Lost,
                        Flows = (long)counters.Flows,
                    },
                };
            case DatapathAttribute.MegaflowStats:
                var masks = attribute.Read<MaskCounters>();
                return datapath with
                {
                    Counters = datapath.Counters with
                    {
                        Masks = masks.Masks,
                        MaskHits = (long)masks.MaskHit,
                        CacheHits = (long)masks.CacheHit,
                    },
                };
            default:
                return datapath;
        }
    }
}
