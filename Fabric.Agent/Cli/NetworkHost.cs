using System.Buffers.Binary;
using System.Security.Cryptography;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>Gets the network that a command works on: of files, or of the agent.</summary>
internal static class NetworkHost
{
    /// <summary>Who changes the network, for the journal: the user, also behind sudo.</summary>
    public static string Author => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    /// <summary>A number that no other device has.</summary>
    public static ulong RandomId() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>A number for one request.</summary>
    public static RequestId RandomRequest() => new(new UInt128(RandomId(), RandomId()));

    /// <summary>The network that files describe, held against the rules of the network.</summary>
    /// <exception cref="FabricException">The files cannot be read, or there are problems in them.</exception>
    public static async Task<DescribedTopology> ReadAsync(IReadOnlyList<string> paths, CommandCall call)
    {
        var sources = await SourceHost.ReadAsync(paths, call);
        var described = DescriptionReader.Read(sources, DeviceIds.Derived());
        var change = DescriptionChange.Of(TopologySnapshot.Empty, described, isPruning: false);
        return new DescribedTopology(change.After, described);
    }

    /// <summary>The network of files if there are some, else of the agent.</summary>
    /// <exception cref="FabricException">Neither can be had.</exception>
    public static async Task<TopologySnapshot> FindAsync(IReadOnlyList<string>? paths, CommandCall call)
    {
        if (paths is { Count: > 0 })
            return (await ReadAsync(paths, call)).Topology;
        await using var agent = AgentSession.Open(call.Socket);
        return await agent.TopologyAsync(call.Cancellation);
    }
}
