using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.Memory;

namespace Fabric.Tests.Datapaths;

/// <summary>The datapath without sockets.</summary>
internal sealed class MemoryWires : IWires
{
    private readonly MemoryDatapath _datapath = new(TimeProvider.System);

    public IDatapath Datapath => _datapath;

    public int MinFrameBytes => 0;

    public int Patience => 0;

    public bool IsOrdered => true;

    public uint Attach() => _datapath.AddPort("");

    public void Receive(uint port, byte[] frame) => _datapath.Receive(port, frame);

    public IReadOnlyList<(uint Port, byte[] Frame)> TakeSent() => _datapath.TakeSent();

    public void Dispose() => _datapath.Dispose();
}
