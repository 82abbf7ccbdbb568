using System.Net.Sockets;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Tests.Cli;
using Fabric.Tests.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Api;

/// <summary>Who may open the agent's socket, and whom the journal names.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class ApiHostTest
{
    private const UnixFileMode Others = (UnixFileMode)0x3f; // 077

    private DirectoryInfo _folder = null!;

    private string Journal => Path.Combine(_folder.FullName, "journal.db");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-api-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task TheSocketIsMadeForItsOwnerOnly()
    {
        // Nothing but the agent's own mask is between the socket and everybody; it changes no mode afterwards.
        var mask = Libc.umask(0);
        try
        {
            await using var agent = await AgentRun.StartAsync(_folder.FullName, Journal);
            (File.GetUnixFileMode(agent.Socket) & Others).ShouldBe(UnixFileMode.None);
            File.GetUnixFileMode(AgentRun.StateOf(_folder.FullName, "h1"))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        finally
        {
            Libc.umask(mask).ShouldBe(0u, "the agent gives the mask back");
        }
    }

    [Test]
    public async Task TheJournalNamesTheUserOfTheSocketWhateverTheCommandSays(CancellationToken cancellation)
    {
        var user = UserHost.NameOf(Libc.geteuid());
        await using (var agent = await AgentRun.StartAsync(_folder.FullName, Journal))
        {
            await using var session = AgentSession.Open(agent.Socket);
            await session.SubmitAsync(Wishes.From(user, Wishes.Bridge(1)), cancellation);
            await session.SubmitAsync(Wishes.From("somebody else", Wishes.Bridge(2)), cancellation);
        }
        await using var journal = new SqlJournal(new SqlJournalOptions(Journal));
        (await journal.ReadAsync(0, 10, cancellation))
            .Select(entry => entry.Author)
            .ShouldBe(["agent h1", user, $"{user} (somebody else)"]);
    }

    [Test]
    public async Task TwoAgentsWithOneStateAreOneTooMany()
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Journal);
        var state = AgentRun.StateOf(_folder.FullName, "h1");
        var socket = Path.Combine(_folder.FullName, "other.sock");

        var second = await Shell.RunAsync($"agent --socket {socket} --journal {Journal} --host h1 --state {state} --datapath none");

        second.Exit.ShouldBe(4);
        second.Error.ShouldContain($"another agent keeps its state in {state}");
        second.Error.ShouldContain("FABRIC-4004");
    }

    [Test]
    public void AUserWithoutANameIsANumber()
    {
        UserHost.NameOf(0).ShouldBe("root");
        UserHost.NameOf(3_999_999_999).ShouldBe("3999999999");
    }

    [Test]
    public void OnlyAUnixSocketHasAUserAtItsEnd()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Should.Throw<SocketException>(() => UserHost.PeerOf(socket));
    }
}
