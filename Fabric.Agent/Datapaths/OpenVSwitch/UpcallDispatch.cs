namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>What decides which queue, and so which thread, a packet that misses comes to.</summary>
public enum UpcallDispatch : byte
{
    /// <summary>The port that it came in by: each has a queue, so one that floods leaves the others alone.</summary>
    Port,

    /// <summary>The processor that it came in on: a queue a thread; packets of one processor are decided on one thread, fair or not. Needs Linux 5.15.</summary>
    Processor,
}
