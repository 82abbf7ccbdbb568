using System.Diagnostics;
using System.Text.Json;
using Fabric.Agent;
using Fabric.Agent.Upcalls;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Bench.Kernel;

/// <summary>The agent as a process of its own, as it is in use; it obeys its input and ends with it.</summary>
internal static class KernelAgentRun
{
    /// <summary>The word that chooses it on the command line.</summary>
    public const string Word = "kernel-agent";

    private static readonly HiveOptions s_options = new();

    /// <summary>Runs the agent in the namespace of the calling thread.</summary>
    /// <param name="journal">The journal's file, new.</param>
    public static async Task RunAsync(string journal)
    {
        WarmupRunner.Run();
        await using var hive = await new SqlHiveFactory().OpenAsync(journal, s_options, default);
        await SubmitAsync(hive, KernelNetwork.Describe());
        await using var agent = AgentHost.Start(
            hive,
            KernelNetwork.Self,
            new AgentOptions { Datapath = DatapathKind.Kernel },
            TimeProvider.System
        );
        await Tell(agent, 0, 0);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var start = Stopwatch.GetTimestamp();
            var durable = await Obey(agent, hive, Enum.Parse<AgentRequest>(line)) ?? start;
            await Tell(
                agent,
                Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                Stopwatch.GetElapsedTime(start, durable).TotalMilliseconds
            );
        }
    }

    /// <returns>When the last command was durable, or null if there was none.</returns>
    private static async Task<long?> Obey(AgentHost agent, IHive hive, AgentRequest request)
    {
        switch (request)
        {
            case AgentRequest.ForgetFlows:
                await SubmitAsync(hive, KernelNetwork.Power(hive.Replica.Topology, isUp: false));
                await AwaitSettled(agent);
                return await Submit(KernelNetwork.Power(hive.Replica.Topology, isUp: true));
            case AgentRequest.EditRule:
                return await Submit(KernelNetwork.Forbid(GuestPlan.Other));
            case AgentRequest.EditQuietRule:
                return await Submit(KernelNetwork.Forbid(GuestPlan.Far));
            case AgentRequest.Translate:
                return await Submit(Serve(KernelServices.Translating));
            case AgentRequest.Balance:
                return await Submit(Serve(KernelServices.Balancing));
            case AgentRequest.Route:
                return await Submit(Serve(router => router));
            case AgentRequest.Report:
                return null;
            default:
                throw new UnreachableException("every request is named above");
        }

        TopologyCommand Serve(Func<Router, Router> service) =>
            new TopologyCommand.PutDevice(service(KernelServices.Plain(hive.Replica.Topology.Routers[KernelNetwork.Router])));

        async Task<long?> Submit(TopologyCommand command)
        {
            await SubmitAsync(hive, command);
            var durable = Stopwatch.GetTimestamp();
            await AwaitSettled(agent);
            return durable;
        }
    }

    /// <summary>Waits until every flow that a change touched is decided again and the datapath has what came of it.</summary>
    private static async Task AwaitSettled(AgentHost agent)
    {
        // A turn of the thread takes the work first and the tags after; so the work of the next turn sees them taken.
        do
        {
            await agent.OnEachThreadAsync(shard => 0);
        } while ((await agent.OnEachThreadAsync(shard => shard.Parts.Keeper.Waiting)).Sum() > 0);
    }

    private static async Task Tell(AgentHost agent, double milliseconds, double durableMilliseconds)
    {
        // One processor has one thread.
        var answers = await agent.OnEachThreadAsync(shard => new AgentAnswer(
            shard.Parts.Flows.Count,
            GC.GetTotalMemory(forceFullCollection: false),
            shard.Parts.Path.Counters.Installed,
            shard.Parts.Path.Counters.Revalidated,
            shard.Parts.Path.Counters.Expired,
            shard.Parts.Path.Counters.Surprises,
            milliseconds,
            durableMilliseconds
        ));
        var answer = answers.Single();
        Console.WriteLine(JsonSerializer.Serialize(answer));
    }

    private static async Task SubmitAsync(IHive hive, TopologyCommand command)
    {
        var request = new RequestId((ulong)hive.Replica.Topology.Position + 1);
        var answer = await hive.SubmitAsync(new CommandEnvelope(request, "bench", "a benchmark", command));
        if (answer is not SubmitResult.Accepted)
            throw new IOException($"the network of the benchmark is refused: {answer}");
    }
}
