using System.Buffers.Binary;
using System.Security.Cryptography;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Bindings;
using Fabric.Topology.Membership;

namespace Fabric.Agent;

/// <summary>What an agent runs on.</summary>
public sealed record AgentOptions
{
    /// <summary>The default of <see cref="DatapathName"/>.</summary>
    public const string DefaultDatapathName = "fabric";

    /// <summary>What forwards packets.</summary>
    public DatapathKind Datapath { get; init; } = DatapathKind.User;

    /// <summary>What the kernel's datapath is called, and the interface that it has in the host: 1..15 characters. One a network namespace.</summary>
    public string DatapathName { get; init; } = DefaultDatapathName;

    /// <summary>Threads that take upcalls of the kernel's datapath, each with its ports; other datapaths have one.</summary>
    public int UpcallThreads { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>How the kernel spreads upcalls over them.</summary>
    public UpcallDispatch UpcallDispatch { get; init; } = UpcallDispatch.Port;

    /// <summary>The UDP port where hosts listen to each other; the same at all of them.</summary>
    public ushort TunnelPort { get; init; } = Fabric.Packets.Vxlan.Port;

    /// <summary>Packets in tunnels have the DSCP of what is in them, else 0.</summary>
    public bool CopiesDscp { get; init; }

    /// <summary>How often hosts in use are asked whether the way to them is up, and how much silence is too much; null does not ask.</summary>
    public ProbeTiming? Liveness { get; init; } = ProbeTiming.Default;

    /// <summary>What draws the times and numbers of questions to other hosts.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>What draws the first sequence numbers of checks: who cannot see a member's answers cannot give them (RFC 6528, section 3).</summary>
    internal Func<uint> DrawSequence { get; init; } =
        () =>
        {
            Span<byte> number = stackalloc byte[sizeof(uint)];
            RandomNumberGenerator.Fill(number);
            return BinaryPrimitives.ReadUInt32BigEndian(number);
        };

    /// <summary>Flows that the datapath holds at most.</summary>
    public int FlowLimit { get; init; } = PacketPath.DefaultFlowLimit;

    /// <summary>A number that nobody outside knows, drawn for each agent: so nobody can choose connections that are slow to find.</summary>
    public ulong ConnectionSeed { get; init; } = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>A number that no other start of any agent has.</summary>
    public ulong Incarnation { get; init; } = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Where connections are kept for the next agent, a folder in the host's memory; null keeps none.</summary>
    public string? ConnectionFolder { get; init; }

    /// <summary>Is told, in one sentence, what goes wrong and stops nothing.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Where the agent tells which position its packets are decided by; the hive has the same.</summary>
    public InForceGauge InForce { get; init; } = new();
}
