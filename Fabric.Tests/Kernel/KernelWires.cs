using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Datapaths.User;
using Fabric.Tests.Datapaths;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>The kernel's datapath in a namespace of its own, with a packet socket at the far end of each port's cable.</summary>
internal sealed class KernelWires : IWires
{
    private const string Name = "wires";

    private readonly TestNamespace _namespace = new();
    private readonly FrameBatch _batch = new();
    private readonly Dictionary<uint, PacketSocket> _ends = [];

    public KernelWires() =>
        Datapath = _namespace.Run(() => OpenVSwitchDatapath.Open(Name, threads: 1, UpcallDispatch.Port, TimeProvider.System))[0];

    public IDatapath Datapath { get; }

    /// <summary>Ethernet's least, without the checksum. The kernel drops a tagged frame with nothing behind its tag.</summary>
    public int MinFrameBytes => 60;

    /// <summary>Packets pass cables and flows in the call that sends them, unless the kernel has so much to do that it leaves them to a thread of its own.</summary>
    public int Patience => 500;

    public bool IsOrdered => false;

    public uint Attach()
    {
        var (near, far) = ($"n{_ends.Count}", $"f{_ends.Count}");
        var link = _namespace.Routes.CreateVeth(near, far);
        foreach (var end in (Agent.Netlink.Rtnetlink.Link[])[link, _namespace.Routes.ReadLink(far)])
        {
            // Only what the test sends is on the cable.
            _namespace.Routes.Silence(end);
            _namespace.Routes.SetUp(end);
        }
        return _namespace.Run(() =>
        {
            var end = PacketSocket.Open(far);
            using (var other = PacketSocket.Open(near))
            {
                // A link that says it is running may still drop what it is given for a moment.
                LiveTest.Eventually(() => Carries(end, other) && Carries(other, end), "a cable that carries");
            }
            var port = Datapath.AddPort(near);
            Datapath.Listen(port);
            _ends.Add(port, end);
            return port;
        });
    }

    public void Receive(uint port, byte[] frame)
    {
        _batch.Clear();
        _batch.TryAdd(frame).ShouldBeTrue();
        _ends[port].Send(_batch).ShouldBe(1);
    }

    public IReadOnlyList<(uint Port, byte[] Frame)> TakeSent()
    {
        var sent = new List<(uint, byte[])>();
        foreach (var (port, end) in _ends)
        {
            while (end.Receive(_batch) > 0)
            {
                for (var i = 0; i < _batch.Count; i++)
                    sent.Add((port, _batch.Frame(i).ToArray()));
            }
        }
        return sent;
    }

    private bool Carries(PacketSocket from, PacketSocket to)
    {
        _batch.Clear();
        _batch.TryAdd(new byte[MinFrameBytes]);
        from.Send(_batch);
        return to.Receive(_batch) > 0;
    }

    public void Dispose()
    {
        foreach (var end in _ends.Values)
            end.Dispose();
        _namespace.Run(() => OpenVSwitchDatapath.Remove(Name));
        _namespace.Dispose();
        _batch.Dispose();
    }
}
