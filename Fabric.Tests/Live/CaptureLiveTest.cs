using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Api;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Live;

/// <summary>`fabric capture` at a whole agent with stations.</summary>
public class CaptureLiveTest : NetworkLiveTest
{
    [Test]
    [CancelAfter(600_000)]
    public async Task PacketsOfBothDirectionsAreCapturedWithTheirVerdicts(CancellationToken cancellation)
    {
        PacketCapture.SkipWithoutTshark();
        var folder = Directory.CreateTempSubdirectory("fabric-capture-");
        try
        {
            var socket = Path.Combine(folder.FullName, "agent.sock");
            var file = Path.Combine(folder.FullName, "web1.pcapng");
            await using var api = await ApiHost.StartAsync(Network.Agent, socket, cancellation);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var error = new StringWriter();
            var terminal = new Fabric.Agent.Cli.Terminal(TextReader.Null, TextWriter.Null, TextWriter.Synchronized(error));
            var capture = Fabric.Agent.Cli.CommandLineHost.RunAsync(
                ["capture", "web1", "-w", file, "--socket", socket],
                terminal,
                stop.Token
            );
            LiveTest.Eventually(() => $"{error}".Contains("capturing at shop/web1") || capture.IsCompleted, "the capture");

            Network.PingUntilAnswered("web1", Network.AddressOf("db1", IpFamily.V4)).Kind.ShouldBe(EchoAnswerKind.Reply);
            SendSyn();
            LiveTest.Eventually(() => Read(file, "tcp.dstport == 23").Count > 0 || capture.IsCompleted, "the packet");
            await stop.CancelAsync();

            (await capture).ShouldBe(0, $"{error}");
            var requests = Read(file, "icmp.type == 8");
            requests.ShouldContain(
                line => line.StartsWith("shop/web1\t1\tforward: ", StringComparison.Ordinal),
                string.Join('\n', requests)
            );
            Read(file, "icmp.type == 0").ShouldContain(line => line == "shop/web1\t2\tdelivered to port shop/web1");
            var dropped = Read(file, "tcp.dstport == 23")[0];
            dropped.ShouldStartWith("shop/web1\t1\tdrop: ");
            dropped.ShouldContain("rule `no-telnet`");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task APortThatIsNotHereIsRefusedByName()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-capture-");
        try
        {
            var socket = Path.Combine(folder.FullName, "agent.sock");
            await using var api = await ApiHost.StartAsync(Network.Agent, socket, CancellationToken.None);
            var missing = await Shell.RunAsync($"capture nobody -w {folder.FullName}/x --socket {socket}");
            (missing.Exit, missing.Error.Contains("there is no port 'nobody'")).ShouldBe((3, true), missing.Error);
            var unattached = await Shell.RunAsync($"capture r1.web -w {folder.FullName}/x --socket {socket}");
            (unattached.Exit, unattached.Error.Contains("FABRIC-3701")).ShouldBe((3, true), unattached.Error);
            var unwritable = await Shell.RunAsync($"capture web1 -w /nowhere/x --socket {socket}");
            (unwritable.Exit, unwritable.Error.Contains("FABRIC-3703")).ShouldBe((1, true), unwritable.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A connection that nobody takes.</summary>
    private void SendSyn() =>
        NetworkNamespace.Run(
            Network.NameOf("web1"),
            () =>
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                try
                {
                    socket.Connect(System.Net.IPAddress.Parse("10.2.0.11"), 23);
                }
                catch (SocketException waiting) when (waiting.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // The first packet is on its way; its retransmissions end with the socket.
                }
            }
        );

    /// <summary>The packets of a file that a filter admits: interface, direction, comment.</summary>
    internal static List<string> Read(string file, string filter)
    {
        var read = HostProcess.Run(
            LiveTest.Patience,
            null,
            "tshark",
            [
                "-r",
                file,
                "-Y",
                filter,
                .. (string[])["-T", "fields", "-e", "frame.interface_name", "-e", "frame.packet_flags_direction", "-e", "frame.comment"],
            ]
        );
        return
        [
            .. read
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Replace("\t0x00000001\t", "\t1\t").Replace("\t0x00000002\t", "\t2\t")),
        ];
    }
}
