using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Packets;

namespace Fabric.Tests.Live;

/// <summary>Packet sockets at both ends of a cable on which only the test talks.</summary>
public abstract class PacketSocketLiveFixture : LiveTest
{
    protected TwoGuests Guests { get; private set; } = null!;

    /// <summary>Within the left guest.</summary>
    protected PacketSocket Guest { get; private set; } = null!;

    /// <summary>At the other end of the left guest's cable.</summary>
    protected PacketSocket Port { get; set; } = null!;

    /// <summary>What was received last.</summary>
    protected FrameBatch Batch { get; private set; } = null!;

    [SetUp]
    public void Connect()
    {
        Guests = new TwoGuests(doGuestsTalk: false);
        Guest = OpenGuest();
        Port = OpenPort();
        Batch = new FrameBatch();
    }

    [TearDown]
    public void Disconnect()
    {
        Guest.Dispose();
        Port.Dispose();
        Batch.Dispose();
        Guests.Dispose();
    }

    protected PacketSocket OpenGuest() => Guests.Left.Run(() => PacketSocket.Open(TwoGuests.GuestPort));

    protected PacketSocket OpenPort(string name = TwoGuests.LeftPort, PacketSocketOptions? options = null) =>
        Guests.Middle.Run(() => PacketSocket.Open(name, options));

    protected static void Send(PacketSocket socket, params byte[][] frames)
    {
        using var batch = new FrameBatch();
        foreach (var frame in frames)
        {
            batch.TryAdd(frame).ShouldBeTrue();
        }
        socket.Send(batch);
    }

    /// <summary>Waits for so many frames. The last ones stay in the batch, for tests that look at their headers.</summary>
    protected List<byte[]> Receive(PacketSocket socket, int count = 1)
    {
        var frames = new List<byte[]>();
        Eventually(
            () =>
            {
                frames.AddRange(Waiting(socket));
                return frames.Count >= count;
            },
            "enough frames"
        );
        return frames;
    }

    protected List<byte[]> Waiting(PacketSocket socket)
    {
        var count = socket.Receive(Batch);
        return [.. Enumerable.Range(0, count).Select(i => Batch.Frame(i).ToArray())];
    }

    protected static PollEvent WaitOne(PollSet poll)
    {
        var events = new PollEvent[PollSet.MaxEvents];
        poll.Wait(events, (int)Patience.TotalMilliseconds).ShouldBeGreaterThan(0);
        return events[0];
    }

    protected static byte[] Tagged(byte[] frame, ushort tci, ushort tpid = EtherType.Vlan) =>
        [.. frame[..12], (byte)(tpid >> 8), (byte)tpid, (byte)(tci >> 8), (byte)tci, .. frame[12..]];
}
