using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>Tells what links appear, change and vanish in one network namespace.</summary>
/// <remarks>
/// Loses nothing for good: when the kernel had to throw notifications away (ENOBUFS), or one cannot be read, all links are
/// listed again and the differences told. One thread at a time. Owns both transports.
/// </remarks>
public sealed class LinkMonitorSocket : IDisposable
{
    /// <summary>How many notifications one <see cref="Poll"/> takes; the rest wait for the next.</summary>
    public const int MaxDatagramsPerPoll = 4096;

    private readonly INetlinkTransport _notifications;
    private readonly RouteSocket _requests;
    private readonly LinkTable _table = new();
    private readonly byte[] _received = new byte[NetlinkSession.MaxReceiveBytes];
    private bool _isStale = true;

    /// <summary>Watches by one transport that is subscribed to link changes and one for requests.</summary>
    public LinkMonitorSocket(INetlinkTransport notifications, RouteSocket requests)
    {
        _notifications = notifications;
        _requests = requests;
    }

    /// <summary>The socket to wait on; null over a transport that is no socket.</summary>
    public FileDescriptor? Descriptor => (_notifications as NetlinkSocket)?.Descriptor;

    /// <summary>How often all links had to be listed again.</summary>
    public long Resyncs { get; private set; }

    /// <summary>Watches the namespace of the calling thread.</summary>
    public static LinkMonitorSocket Open() =>
        new(NetlinkSocket.OpenNotifications(NetlinkSocket.RouteProtocol, LinkGroup), RouteSocket.Open());

    /// <summary>Watches a named namespace; any thread may use it afterwards.</summary>
    public static LinkMonitorSocket Open(string namespaceName) => NetworkNamespace.Run(namespaceName, Open);

    /// <summary>Adds all that happened since the last call; the first call tells all links that are there.</summary>
    /// <remarks>Never waits.</remarks>
    public void Poll(List<LinkChange> changes)
    {
        // The subscription is older than this list, so nothing falls between the two; what is in both says nothing new.
        if (_isStale)
        {
            _table.Replace(_requests.ListLinks(), changes);
            _isStale = false;
        }
        for (var count = 0; count < MaxDatagramsPerPoll && ReceiveOne(changes); count++) { }
        if (_isStale)
        {
            Resyncs++;
            _table.Replace(_requests.ListLinks(), changes);
            _isStale = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _notifications.Dispose();
        _requests.Dispose();
    }

    private bool ReceiveOne(List<LinkChange> changes)
    {
        int length;
        try
        {
            length = _notifications.Receive(_received);
        }
        catch (LinuxException loss) when (loss.Errno == Errno.NoBuffers)
        {
            _isStale = true;
            return true;
        }
        if (length == 0)
        {
            return false;
        }
        if (length > _received.Length)
        {
            _isStale = true;
            return true;
        }
        var messages = new NetlinkMessageReader(_received.AsSpan(0, length));
        while (messages.TryRead(out var message))
        {
            Take(message, changes);
        }
        _isStale |= messages.Problem != NetlinkProblem.None;
        return true;
    }

    private void Take(NetlinkMessage message, List<LinkChange> changes)
    {
        if (!LinkMessage.TryParse(message, out var link, out var problem))
        {
            _isStale |= problem != NetlinkProblem.None;
        }
        else if (message.Type == DeleteLink)
        {
            _table.Gone(link.Index, changes);
        }
        else
        {
            _table.Seen(link, changes);
        }
    }
}
