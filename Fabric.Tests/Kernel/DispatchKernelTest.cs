using Fabric.Agent;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>Upcalls arrive whatever decides which thread they come to, and whatever other programs do to the datapath.</summary>
public class DispatchKernelTest : KernelTest
{
    [Test]
    public async Task UpcallsArriveOnEveryThreadByPortAndByProcessor([Values] UpcallDispatch dispatch, [Values(1, 3)] int threads)
    {
        await using var network = await LiveNetwork.StartAsync(
            NetworkLiveTest.Yaml,
            new AgentOptions
            {
                Datapath = DatapathKind.Kernel,
                UpcallDispatch = dispatch,
                UpcallThreads = threads,
            }
        );
        foreach (var family in NetworkLiveTest.Families)
        {
            network.PingUntilAnswered("web1", network.AddressOf("db1", family)).Kind.ShouldBe(EchoAnswerKind.Reply);
            network.PingUntilAnswered("db1", network.AddressOf("web2", family)).Kind.ShouldBe(EchoAnswerKind.Reply);
        }
        var upcalls = await network.Agent.OnEachThreadAsync(shard => shard.Parts.Path.Counters.Upcalls);
        upcalls.Length.ShouldBe(threads);
        upcalls.Sum().ShouldBeGreaterThan(0);
        if (dispatch == UpcallDispatch.Port)
            upcalls.ShouldAllBe(count => count > 0, "three ports on three threads, and each has spoken");
    }

    /// <summary>ovs-dpctl has upcalls go by processor with every command, also on datapaths that are not Open vSwitch's.</summary>
    [Test]
    public async Task NothingIsLostWhenOvsDpctlRedirectsTheUpcalls()
    {
        await using var network = await LiveNetwork.StartAsync(NetworkLiveTest.Yaml, DatapathKind.Kernel);
        var to = network.AddressOf("db1", NetworkLiveTest.Families[0]);
        network.PingUntilAnswered("web1", to);
        var before = (await network.Agent.OnEachThreadAsync(shard => shard.Datapath.GetFigures()))[0];
        var show = HostProcess.Run(Patience, null, "ovs-dpctl", "show", network.DatapathName);
        show.ExitCode.ShouldBe(0, show.Error);
        // Nobody has had a flow for this yet.
        network.Ping("db1", network.AddressOf("web2", NetworkLiveTest.Families[1]), Patience).Kind.ShouldBe(EchoAnswerKind.Reply);

        var after = (await network.Agent.OnEachThreadAsync(shard => shard.Datapath.GetFigures()))[0];
        after["upcalls_lost"].ShouldBe(before["upcalls_lost"]);
        Eventually(
            () => network.Agent.OnEachThreadAsync(shard => shard.Datapath.GetFigures()["features_restored"]).Result[0] > 0,
            "the dispatch that was chosen"
        );
    }
}
