using Fabric.Agent.Datapaths;

namespace Fabric.Tests.Datapaths;

/// <summary>A datapath with the cables of its ports in the test's hands.</summary>
internal interface IWires : IDisposable
{
    /// <summary>The datapath; whoever drives it disposes it.</summary>
    IDatapath Datapath { get; }

    /// <summary>Attaches one more port and tells its number.</summary>
    uint Attach();

    /// <summary>Lets a frame in.</summary>
    void Receive(uint port, byte[] frame);

    /// <summary>Frames are at least so long.</summary>
    int MinFrameBytes { get; }

    /// <summary>Turns of the agent, of 10 ms each, after which all that leaves has left.</summary>
    int Patience { get; }

    /// <summary>What has left is told in the order in which it left, also between ports.</summary>
    bool IsOrdered { get; }

    /// <summary>Takes what has left since the last call.</summary>
    IReadOnlyList<(uint Port, byte[] Frame)> TakeSent();
}
