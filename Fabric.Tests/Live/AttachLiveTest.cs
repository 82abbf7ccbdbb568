using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Live;

/// <summary>`fabric attach` on a network that runs.</summary>
public class AttachLiveTest : NetworkLiveTest
{
    private TestNamespace _station = null!;
    private AttachHost _attach = null!;

    protected override string Description =>
        Yaml.Replace("    chains:", "      web3: { on: web, ip: [10.1.0.13, \"fd00:1::13\"] }\n    chains:");

    [SetUp]
    public void MakeStation()
    {
        _station = new TestNamespace();
        _attach = new AttachHost(Network);
    }

    [TearDown]
    public async Task RemoveStation()
    {
        if (Network.Port("web3").Binding is not null)
            await _attach.DetachAsync("web3", CancellationToken.None);
        _station.Dispose();
    }

    [Test]
    public async Task AnAttachedNamespaceIsTheStationOfItsPort([ValueSource(nameof(Families))] IpFamily family)
    {
        var guest = await AttachAsync("shop/web3");

        guest.Gateways.Length.ShouldBe(2);
        _station.Routes.ReadLink("eth0").Mac.ShouldBe(Network.Port("web3").Mac);
        using var ping = EchoSocket.Open(_station.Name, family);
        Eventually(() => ping.Send(Network.AddressOf("db1", family), TimeSpan.FromSeconds(1)).IsReply, "a reply from behind the router");
        Network.PingUntilAnswered("web1", guest.AddressOf(family)!.Value).Kind.ShouldBe(EchoAnswerKind.Reply);
    }

    [Test]
    public async Task TheNamespaceOfAProcessIsAttachedByItsId()
    {
        using var process = HostProcess.Start(_station.Name, "sleep", "600");

        await _attach.AttachAsync("web3", AttachTarget.Of(process.Id), "net7", CancellationToken.None);

        _station.Routes.FindLink("net7").ShouldNotBeNull().IsRunning.ShouldBeTrue("attaching ends when the cable carries frames");
    }

    [Test]
    public async Task DetachingRemovesTheCableAndTheBinding()
    {
        await AttachAsync("web3");

        (await _attach.DetachAsync("web3", CancellationToken.None)).ShouldBe(AttachHost.InterfaceOf(Network.Port("web3").Name));

        NothingIsAttached();
        await Refused(LabErrors.NotBound, () => _attach.DetachAsync("web3", CancellationToken.None));
    }

    [Test]
    public async Task AnInterfaceThatWasNotMadeByAttachStaysWhenDetached()
    {
        (await _attach.DetachAsync("web2", CancellationToken.None)).ShouldBeNull();

        using var routes = RouteSocket.Open();
        routes.FindLink(Network.NameOf("web2")).ShouldNotBeNull();
        await Network.ApplyAsync(Description);
    }

    [Test]
    public async Task ACableThatAKilledAttachLeftIsNamedAndRemoved()
    {
        using (var routes = RouteSocket.Open())
            routes.CreateVeth(AttachHost.InterfaceOf(Network.Port("web3").Name), Network.NameOf("left"));
        (await Refused(LabErrors.InterfaceTaken, () => AttachAsync("web3"))).ShouldContain("--detach --port shop/web3");

        (await _attach.DetachAsync("web3", CancellationToken.None)).ShouldNotBeNull();

        NothingIsAttached();
        await AttachAsync("web3");
    }

    [Test]
    public async Task WhatIsMissingOrTakenIsSaidAndNothingIsLeft()
    {
        var nowhere = AttachTarget.Of("no-such-namespace");
        await Refused(LabErrors.NoNamespace, () => _attach.AttachAsync("web3", nowhere, "eth0", CancellationToken.None));
        await Refused(
            LabErrors.NoNamespace,
            () => _attach.AttachAsync("web3", AttachTarget.Of(int.MaxValue), "eth0", CancellationToken.None)
        );
        await Refused(LabErrors.NoNamespace, () => _attach.AttachAsync("web3", AttachTarget.Of("a/b"), "eth0", CancellationToken.None));
        await Refused(LabErrors.Bound, () => AttachAsync("web1"));
        await Refused(Fabric.Agent.Cli.CliErrors.NotFound, () => AttachAsync("web33"));
        var target = AttachTarget.Of(_station.Name);
        await Refused(LabErrors.InterfaceTaken, () => _attach.AttachAsync("web3", target, "lo", CancellationToken.None));

        NothingIsAttached();
    }

    [Test]
    public async Task AnAddressThatCannotBeGivenLeavesNothing()
    {
        // With its default route there already, the station's own is refused when the cable lies.
        _station.Routes.CreateVeth("other", "way");
        foreach (var name in (string[])["other", "way"])
            _station.Routes.SetUp(_station.Routes.ReadLink(name));
        _station.Routes.AddRoute(IpPrefix.All(IpFamily.V4), null, _station.Routes.ReadLink("other"));

        await Refused(LabErrors.Refused, () => AttachAsync("web3"));

        NothingIsAttached();
    }

    [Test]
    public async Task AnAgentThatBreaksOffLeavesNoCable()
    {
        var attach = new AttachHost(new BrokenAgent(Network));

        await Should.ThrowAsync<FabricException>(() => attach.AttachAsync("web3", AttachTarget.Of(_station.Name), "eth0", default));

        NothingIsAttached();
    }

    private async Task<Guest> AttachAsync(string port) =>
        (await _attach.AttachAsync(port, AttachTarget.Of(_station.Name), "eth0", CancellationToken.None)).Guest;

    private static async Task<string> Refused(ErrorEntry entry, Func<Task> attempt)
    {
        var failure = await Should.ThrowAsync<FabricException>(attempt);
        failure.Problems[0].Entry.ShouldBe(entry);
        return failure.Problems[0].ToString();
    }

    private void NothingIsAttached()
    {
        using var routes = RouteSocket.Open();
        routes.FindLink(AttachHost.InterfaceOf(Network.Port("web3").Name)).ShouldBeNull();
        Network.Port("web3").Binding.ShouldBeNull();
    }

    /// <summary>Knows the network, and ends at the first change.</summary>
    private sealed class BrokenAgent(IAgentClient agent) : IAgentClient
    {
        public Task<JsonObject> CaptureAsync(string host, string port, string capture, long after, CancellationToken cancellation) =>
            agent.CaptureAsync(host, port, capture, after, cancellation);

        public int Process => agent.Process;

        public Task<JsonObject> StatusAsync(CancellationToken cancellation) => agent.StatusAsync(cancellation);

        public Task<TopologySnapshot> TopologyAsync(CancellationToken cancellation) => agent.TopologyAsync(cancellation);

        public Task<SubmitAnswer> SubmitAsync(CommandEnvelope envelope, CancellationToken cancellation) =>
            throw new FabricException(Fabric.Agent.Cli.CliErrors.Broken, "the connection ended");

        public Task<JsonObject> ConnectionsAsync(CancellationToken cancellation) => agent.ConnectionsAsync(cancellation);

        public Task<JsonObject> BalancersAsync(CancellationToken cancellation) => agent.BalancersAsync(cancellation);

        public Task AcknowledgeAlarmAsync(string key, CancellationToken cancellation) => agent.AcknowledgeAlarmAsync(key, cancellation);

        public Task<TopologySnapshot> TopologyAtAsync(long position, CancellationToken cancellation) =>
            agent.TopologyAtAsync(position, cancellation);

        public Task<JsonObject> ReadAsync(string target, CancellationToken cancellation) => agent.ReadAsync(target, cancellation);

        public Task<JsonObject> EventsAsync(int limit, string? text, CancellationToken cancellation) =>
            agent.EventsAsync(limit, text, cancellation);

        public Task<JsonObject> ActorsAsync(CancellationToken cancellation) => agent.ActorsAsync(cancellation);

        public Task<JsonObject> TraceAsync(string packet, CancellationToken cancellation) => agent.TraceAsync(packet, cancellation);

        public Task<JsonObject> ReachedAsync(
            long position,
            WaitLevel level,
            ImmutableArray<string> hosts,
            TimeSpan patience,
            CancellationToken cancellation
        ) => agent.ReachedAsync(position, level, hosts, patience, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
