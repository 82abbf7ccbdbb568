using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink.Rtnetlink;

public class LinkMonitorSocketTest
{
    private const ushort NewLink = 16;
    private const ushort DeleteLink = 17;

    private readonly List<Reply> _links = [];
    private Notifications _notifications = null!;
    private LinkMonitorSocket _monitor = null!;

    [SetUp]
    public void Watch()
    {
        _links.Clear();
        _notifications = new Notifications();
        var kernel = new FakeKernel(request => [Reply.Join(request, [.. _links, Reply.Done])]);
        _monitor = new LinkMonitorSocket(_notifications, new RouteSocket(kernel));
    }

    [TearDown]
    public void Close()
    {
        _monitor.Dispose();
        _notifications.Dispose();
    }

    [Test]
    public void Lost_notifications_are_made_good_by_a_new_list()
    {
        _links.Add(new Reply(NewLink, LinkBytes.Web1));
        Told().ShouldBe(["Appeared web1"]);
        _links.Clear();
        _links.Add(new Reply(NewLink, LinkBytes.Other(4, "web2")));
        _notifications.Lose();
        Told().ShouldBe(["Vanished web1", "Appeared web2"]);
        _monitor.Resyncs.ShouldBe(1);
        Told().ShouldBeEmpty();
        _monitor.Resyncs.ShouldBe(1);
    }

    [TestCase("10")]
    [TestCase("18000000 1000 0000 00000000 00000000 00000100 03000000")]
    public void A_malformed_notification_is_made_good_by_a_new_list(string hex)
    {
        Told();
        _links.Add(new Reply(NewLink, LinkBytes.Web1));
        _notifications.Add(Hex(hex));
        Told().ShouldBe(["Appeared web1"]);
        _monitor.Resyncs.ShouldBe(1);
    }

    [Test]
    public void Notifications_are_told_in_order()
    {
        Told();
        _notifications.Add(new Reply(NewLink, LinkBytes.Web1).ToBytes(0));
        _notifications.Add(new Reply(NewLink, LinkBytes.Other(3, "uno1")).ToBytes(0));
        _notifications.Add(new Reply(DeleteLink, LinkBytes.Other(3, "uno1")).ToBytes(0));
        Told().ShouldBe(["Appeared web1", "Changed uno1", "Vanished uno1"]);
        _monitor.Resyncs.ShouldBe(0);
    }

    private List<string> Told()
    {
        var changes = new List<LinkChange>();
        _monitor.Poll(changes);
        return [.. changes.Select(change => $"{change.Kind} {change.Link.Name}")];
    }

    private sealed class Notifications : INetlinkTransport
    {
        private readonly Queue<byte[]?> _waiting = new();

        public void Add(byte[] datagram) => _waiting.Enqueue(datagram);

        public void Lose() => _waiting.Enqueue(null);

        public void Send(ReadOnlySpan<byte> datagram) => throw new InvalidOperationException("nothing is ever asked here");

        public int Receive(Span<byte> buffer)
        {
            if (!_waiting.TryDequeue(out var datagram))
            {
                return 0;
            }
            if (datagram is null)
            {
                throw new LinuxException("receive from netlink", Errno.NoBuffers);
            }
            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public void Dispose() { }
    }
}
