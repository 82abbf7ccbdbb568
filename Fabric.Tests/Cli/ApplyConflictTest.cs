using Fabric.Agent.Cli.Client;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Cli;

/// <summary>Two people apply at the same time: the second is told, and overwrites nothing.</summary>
[CancelAfter(300_000)]
public class ApplyConflictTest
{
    private const string Description = "fabric: v1\ntenants: { acme: { bridges: { net: { admin: down } } } }\n";

    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly TopologyBuilder Network = new TopologyBuilder().Bridge("net");

    [Test]
    public async Task ItIsToldWhoChangedWhichDeviceWhenAndWhatToDo()
    {
        var refusal = new Rejection(
            RejectionReason.VersionConflict,
            "bridge 'acme/net' is at version 2 and not at 1: ...",
            Network.BridgeId("net")
        );

        var result = await ApplyAsync(new SubmitAnswer(9, 0, refusal, Changed: new ChangeRecord(9, Time, "ana", "maintenance")));

        result.Exit.ShouldBe(4);
        result.Error.ShouldContain("bridge 'acme/net' was changed by somebody else at the same time");
        result.Error.ShouldContain("ana changed it at 2026-03-04 05:06:07 UTC, position 9 of the journal: maintenance");
        result.Error.ShouldContain("run the command again");
        result.Error.ShouldContain("FABRIC-2009");
    }

    [Test]
    public async Task AnyOtherRefusalIsAChangeOfSomebodyElseTooSinceTheRulesHadGrantedIt()
    {
        var refusal = new Rejection(RejectionReason.NameTaken, "bridge 'acme/net' exists already: choose another name");

        var result = await ApplyAsync(new SubmitAnswer(9, 0, refusal));

        result.Exit.ShouldBe(4);
        result.Error.ShouldContain("bridge 'acme/net' exists already");
        result.Error.ShouldContain("the network has changed since it was read");
        result.Error.ShouldContain("run the command again");
    }

    private static async Task<ShellResult> ApplyAsync(SubmitAnswer answer)
    {
        await using var agent = new FakeAgent(Network.Topology, answer);
        return await Shell.RunAsync("apply -f -", Description, "--socket", agent.Path);
    }
}
