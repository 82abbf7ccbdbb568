using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Peers;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Peers;

/// <summary>On loopback, which has addresses enough for several hosts.</summary>
[TestFixture]
[CancelAfter(300_000)]
public sealed class PeerSocketTest
{
    private static readonly IpAddress s_near = IpAddress.Parse("127.0.0.1");
    private static readonly IpAddress s_far = IpAddress.Parse("127.0.0.2");

    private readonly HostId _self = new(1);
    private TopologyReplica _replica = null!;

    [SetUp]
    public void SetUp() => _replica = new TopologyReplica(ReplicaState.Start);

    [Test]
    public async Task A_datagram_goes_from_one_address_to_the_other(CancellationToken cancellation)
    {
        Describe(s_near, s_far);
        var port = FreePort();
        await using var socket = new PeerSocket(_self, _replica, port);
        var heard = new TaskCompletionSource<(IpAddress Source, byte[] Bytes)>();
        socket.Start((source, datagram) => heard.TrySetResult((source, datagram.ToArray())));
        socket.Send(s_near, s_far, [1, 2, 3]);
        var (source, bytes) = await heard.Task.WaitAsync(cancellation);
        source.ShouldBe(s_near);
        bytes.ShouldBe([1, 2, 3]);
    }

    [Test]
    public async Task Nothing_listens_where_the_host_has_no_address(CancellationToken cancellation)
    {
        Describe(s_far);
        var port = FreePort();
        await using var socket = new PeerSocket(_self, _replica, port);
        socket.Start((_, _) => { });
        IsBound(s_far, port).ShouldBeTrue();
        IsBound(s_near, port).ShouldBeFalse();
        IsBound(IpAddress.Parse("127.0.0.3"), port).ShouldBeFalse();
        socket.Send(s_near, s_far, [1]);
        socket.Unsent.ShouldBe(1);
        await Task.CompletedTask.WaitAsync(cancellation);
    }

    [Test]
    public async Task It_follows_the_description(CancellationToken cancellation)
    {
        var port = FreePort();
        await using var socket = new PeerSocket(_self, _replica, port);
        socket.Start((_, _) => { });
        IsBound(s_near, port).ShouldBeFalse();
        Describe(s_near);
        await UntilAsync(() => IsBound(s_near, port), cancellation);
        Describe(s_far);
        await UntilAsync(() => IsBound(s_far, port) && !IsBound(s_near, port), cancellation);
    }

    [Test]
    public async Task An_address_that_is_not_there_is_told_once_and_tried_again(CancellationToken cancellation)
    {
        // Of a network for documentation: no interface here has it.
        var missing = IpAddress.Parse("192.0.2.77");
        Describe(missing, s_near);
        var port = FreePort();
        var told = new List<string>();
        await using var socket = new PeerSocket(_self, _replica, port, told.Add);
        socket.Start((_, _) => { });
        IsBound(s_near, port).ShouldBeTrue("the other is bound all the same");
        socket.Problems[missing].ShouldContain($"192.0.2.77, UDP port {port}");
        await Task.Delay(500, cancellation);
        told.ShouldHaveSingleItem();
        Describe(s_near);
        await UntilAsync(() => socket.Problems.IsEmpty, cancellation);
    }

    private void Describe(params IpAddress[] underlay)
    {
        var host = new Host
        {
            Id = _self,
            Name = new DeviceName("", "h1"),
            Underlay = [.. underlay],
        };
        var topology = TopologyEvolution.Apply(_replica.Topology, new TopologyEvent.DeviceCreated(host));
        _replica.Resync(new ReplicaState(topology, JournalHead.Start));
    }

    private static ushort FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (ushort)((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static bool IsBound(IpAddress address, ushort port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Parse(address.ToString()), port));
            return false;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
            await Task.Delay(10, cancellation);
    }
}
