namespace Fabric.Agent.Datapaths.User;

/// <summary>What went through the tunnel to other hosts.</summary>
internal sealed class VxlanCounters
{
    /// <summary>Datagrams that came with a frame inside. Also those that were joined count one by one.</summary>
    public long Received;

    /// <summary>Datagrams that were no VXLAN: too short, or without a valid key.</summary>
    public long Malformed;

    /// <summary>Datagrams sent.</summary>
    public long Sent;

    /// <summary>Of those sent: left with others in one call.</summary>
    public long SentTogether;

    /// <summary>Of those received: came with others in one call.</summary>
    public long ReceivedTogether;

    /// <summary>Of those received: joined to the frame before them.</summary>
    public long Joined;

    /// <summary>Frames that do not fit the way to the other host.</summary>
    public long TooLong;

    /// <summary>Datagrams that the kernel did not take: no way there, or no room.</summary>
    public long Unsent;

    /// <summary>Long frames that are to be cut otherwise than TCP is.</summary>
    public long Uncut;

    /// <summary>Adds them to the figures for status.</summary>
    public void AddTo(Dictionary<string, long> figures)
    {
        figures["tunnel_received"] = Received;
        figures["tunnel_malformed"] = Malformed;
        figures["tunnel_sent"] = Sent;
        figures["tunnel_sent_together"] = SentTogether;
        figures["tunnel_received_together"] = ReceivedTogether;
        figures["tunnel_joined"] = Joined;
        figures["tunnel_too_long"] = TooLong;
        figures["tunnel_unsent"] = Unsent;
        figures["tunnel_uncut"] = Uncut;
    }
}
