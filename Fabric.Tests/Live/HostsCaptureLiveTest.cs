using System.Globalization;
using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>`fabric capture` of ports at several hosts.</summary>
[Category("HereOnly")]
public class HostsCaptureLiveTest : LiveTest
{
    /// <summary>web1 is at h1, where the command runs, db1 at h3.</summary>
    [Test]
    [CancelAfter(600_000)]
    public async Task PortsOfSeveralHostsAreInOneFileInTheOrderOfTime(CancellationToken cancellation)
    {
        PacketCapture.SkipWithoutTshark();
        using var hosts = await ThreeHosts.UpAsync();
        var folder = Directory.CreateTempSubdirectory("fabric-capture-");
        try
        {
            var file = Path.Combine(folder.FullName, "both.pcapng");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var error = new StringWriter();
            var terminal = new Fabric.Agent.Cli.Terminal(TextReader.Null, TextWriter.Null, TextWriter.Synchronized(error));
            var capture = Fabric.Agent.Cli.CommandLineHost.RunAsync(
                ["capture", "db1", "web1", "-w", file, "--socket", hosts.Plan.SocketOf("h1")],
                terminal,
                stop.Token
            );
            Eventually(() => $"{error}".Contains("capturing at lab/web1, lab/db1") || capture.IsCompleted, "the capture");

            var target = IpAddress.Parse("10.2.0.11");
            using (var ping = EchoSocket.Open(hosts.Guest("web1").HostInterface, target.Family))
            {
                for (var i = 0; i < 5; i++)
                    ping.Send(target, Patience).IsReply.ShouldBeTrue();
            }
            Eventually(() => Answers(file) >= 5 || capture.IsCompleted, "the answers of the other host");
            Eventually(
                () =>
                {
                    hosts.TryTelnet("web1");
                    return CaptureLiveTest.Read(file, "tcp.dstport == 23").Count > 0 || capture.IsCompleted;
                },
                "the packet that is dropped"
            );
            await stop.CancelAsync();

            (await capture).ShouldBe(0, $"{error}");
            var requests = CaptureLiveTest.Read(file, "icmp.type == 8");
            requests
                .Count(line => line.StartsWith("lab/web1@here\t1\tforward: ", StringComparison.Ordinal))
                .ShouldBe(5, string.Join('\n', requests));
            requests.Count(line => line == "lab/db1@h3\t2\tdelivered to port lab/db1").ShouldBe(5, string.Join('\n', requests));
            CaptureLiveTest
                .Read(file, "icmp.type == 0")
                .ShouldContain(line => line.StartsWith("lab/db1@h3\t1\tforward: ", StringComparison.Ordinal));
            var dropped = CaptureLiveTest.Read(file, "tcp.dstport == 23");
            dropped.ShouldNotBeEmpty();
            dropped.ShouldAllBe(line => line.StartsWith("lab/web1@here\t1\tdrop: ") && line.Contains("rule `no-telnet`"));
            // Hosts of one machine have one clock.
            Times(file).ShouldBeInOrder();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Answers(string file) =>
        CaptureLiveTest.Read(file, "icmp.type == 0").Count(line => line.StartsWith("lab/db1@h3", StringComparison.Ordinal));

    private static List<decimal> Times(string file)
    {
        var read = HostProcess.Run(Patience, null, "tshark", ["-r", file, "-T", "fields", "-e", "frame.time_epoch"]);
        return
        [
            .. read
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => decimal.Parse(line, CultureInfo.InvariantCulture)),
        ];
    }
}
