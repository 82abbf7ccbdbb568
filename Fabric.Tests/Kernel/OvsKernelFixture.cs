using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Tests.Datapaths.OpenVSwitch;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>A datapath with one port, whose cable leads to a guest that is silent unless the test speaks.</summary>
public abstract class OvsKernelFixture : KernelTest
{
    protected const string DatapathName = "codec0";

    private OvsUpcallSocket _upcalls = null!;
    private OvsRequestSocket _requests = null!;
    private UpcallMemory _memory = null!;
    private NetlinkBatch _replies = null!;
    private PacketSocket _guest = null!;

    private protected TwoGuests Guests { get; private set; } = null!;

    private protected RecordingTransport Recording { get; private set; } = null!;

    private protected OvsControlSession Control { get; private set; } = null!;

    private protected OvsDatapath Datapath { get; private set; } = null!;

    private protected OvsVport Port { get; private set; } = null!;

    private protected uint UpcallPid => _upcalls.NetlinkPort;

    [SetUp]
    public void Connect()
    {
        Guests = new TwoGuests(doGuestsTalk: false);
        Guests.Middle.Run(OpenSockets);
        Datapath = Control.OpenDatapath(DatapathName);
        Port = Control.AttachPort(Datapath, TwoGuests.LeftPort, UpcallPid);
        _guest = Guests.Left.Run(() => PacketSocket.Open(TwoGuests.GuestPort));
        _memory = new UpcallMemory();
        _replies = new NetlinkBatch();
    }

    [TearDown]
    public void Disconnect()
    {
        _guest.Dispose();
        _memory.Dispose();
        _replies.Dispose();
        _upcalls.Dispose();
        _requests.Dispose();
        Control.Dispose();
        // The datapath goes with its namespace.
        Guests.Dispose();
    }

    /// <summary>Sends frames into the port.</summary>
    protected void Send(params IEnumerable<byte[]> frames)
    {
        using var batch = new FrameBatch();
        foreach (var frame in frames)
        {
            batch.TryAdd(frame).ShouldBeTrue();
        }
        _guest.Send(batch);
    }

    /// <summary>Waits for upcalls, as messages with their netlink header.</summary>
    protected List<byte[]> ReceiveUpcalls(int count, string what = "packets")
    {
        var received = new List<byte[]>();
        SpinWait.SpinUntil(
            () =>
            {
                received.AddRange(TakeUpcalls());
                return received.Count >= count;
            },
            Patience
        );
        received.Count.ShouldBe(count, what);
        return received;
    }

    /// <summary>Upcalls that are there; an execution is done when its send returns.</summary>
    protected IEnumerable<byte[]> TakeUpcalls()
    {
        var count = _upcalls.Receive(_memory, 0, UpcallMemory.Slots);
        return Enumerable.Range(0, count).Select(slot => _memory.Received(slot).ToArray());
    }

    /// <summary>Sends requests as one datagram and takes what the kernel says to them, message by message.</summary>
    private protected List<byte[]> Ask(OvsBytes.Writing write)
    {
        _requests.Send(OvsBytes.Of(write));
        var answers = new List<byte[]>();
        bool mayBeMore;
        do
        {
            mayBeMore = _requests.Receive(_replies);
            for (var i = 0; i < _replies.Count; i++)
                answers.AddRange(Split(_replies[i].ToArray()));
        } while (mayBeMore);
        return answers;
    }

    /// <summary>The messages of a datagram, each with its header.</summary>
    protected static IEnumerable<byte[]> Split(byte[] datagram)
    {
        for (var at = 0; at < datagram.Length; )
        {
            var length = BitConverter.ToInt32(datagram, at);
            yield return datagram[at..(at + length)];
            at += (length + 3) / 4 * 4;
        }
    }

    private protected OvsFlowWriter Flows(NetlinkWriter writer) => new(writer, Control.FlowFamily, Datapath.Index);

    private protected bool TryExecute(NetlinkWriter writer, FlowKey key, byte[] frame, params FlowAction[] actions) =>
        OvsPacketWriter.TryExecute(writer, Control.PacketFamily, Datapath.Index, 1, key, frame, actions);

    private bool OpenSockets()
    {
        Recording = new RecordingTransport(NetlinkSocket.OpenRequests(NetlinkSocket.GenericProtocol));
        Control = new OvsControlSession(Recording, NetlinkSocket.OpenRequests(NetlinkSocket.RouteProtocol));
        _upcalls = OvsUpcallSocket.Open();
        _requests = new OvsRequestSocket();
        return true;
    }
}
