using System.Collections.Immutable;
using System.Globalization;

namespace Fabric.Agent.Cli.Health;

/// <summary>What is looked at of the machine.</summary>
internal static class MachineChecks
{
    private const long Mebibyte = 1 << 20;
    private const int NetworkAdministration = 12; // CAP_NET_ADMIN
    private const int RawNetwork = 13; // CAP_NET_RAW
    private const int SystemAdministration = 21; // CAP_SYS_ADMIN

    private static readonly Version s_oldest = new(4, 20);

    /// <summary>The checks.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new(
            "machine: kernel",
            "Run Linux 4.20 or newer: packet sockets need PACKET_IGNORE_OUTGOING.",
            facts => Judge(facts.Kernel is { } kernel ? kernel >= s_oldest : null, CheckResult.Failed, $"Linux {facts.Kernel}")
        ),
        Capability("interfaces", NetworkAdministration, "CAP_NET_ADMIN", "to make interfaces and tunnels"),
        Capability("packet sockets", RawNetwork, "CAP_NET_RAW", "to receive and send frames"),
        Capability("namespaces", SystemAdministration, "CAP_SYS_ADMIN", "for `fabric attach --netns` and labs"),
        new(
            "machine: openvswitch module",
            "`modprobe openvswitch`, if the agent is to run with --datapath kernel; the user datapath needs no module.",
            facts => Judge(facts.HasOpenVSwitch, CheckResult.Warning, facts.HasOpenVSwitch ? "loaded" : "not loaded")
        ),
        new(
            "machine: tap interfaces",
            "`modprobe tun`, if virtual machines are to be attached.",
            facts => Judge(facts.HasTun, CheckResult.Warning, facts.HasTun ? "/dev/net/tun is there" : "/dev/net/tun is missing")
        ),
        new(
            "machine: ip command",
            "Install iproute2; errors and pages name its commands.",
            facts => Judge(facts.HasIpCommand, CheckResult.Warning, facts.HasIpCommand ? "there" : "not in PATH")
        ),
        Amount(
            "disk for state",
            "Free some of the disk that /var/lib/fabric is on.",
            facts => facts.FreeDiskBytes,
            100 * Mebibyte,
            CheckResult.Failed
        ),
        Amount("memory", "Free memory, or give the machine more.", facts => facts.FreeMemoryBytes, 256 * Mebibyte, CheckResult.Warning),
        new(
            "machine: open files",
            "Raise the limit: `LimitNOFILE=65536` in the unit file, or `ulimit -n 65536`.",
            facts =>
                Judge(
                    facts.OpenFileLimit is { } limit ? limit >= 4096 : null,
                    CheckResult.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"{facts.OpenFileLimit} at most")
                )
        ),
        Amount(
            "receive buffers",
            "`sysctl net.core.rmem_max=4194304`, unless the agent has CAP_NET_ADMIN, which passes the limit.",
            facts => facts.ReceiveBufferLimitBytes,
            200 << 10,
            CheckResult.Warning
        ),
        new(
            "machine: clock",
            "Start a time service such as chrony or systemd-timesyncd; the journal's times come from the hosts' clocks.",
            facts => Judge(facts.IsClockKept, CheckResult.Warning, facts.IsClockKept == true ? "kept right" : "not kept right by another")
        ),
        new(
            "machine: processors",
            "Give the machine two processors or more: with one, deciding and forwarding wait for each other.",
            facts => Judge(facts.Processors >= 2, CheckResult.Warning, string.Create(CultureInfo.InvariantCulture, $"{facts.Processors}"))
        ),
    ];

    /// <summary>The outcome of something that is so, is not, or could not be found out.</summary>
    public static (CheckResult Result, string Found) Judge(bool? isGood, CheckResult otherwise, string found) =>
        isGood switch
        {
            true => (CheckResult.Ok, found),
            false => (otherwise, found),
            null => (CheckResult.Skipped, "cannot be found out here"),
        };

    private static Check Capability(string what, int bit, string name, string why) =>
        new(
            $"machine: {what}",
            $"Run the agent as root, or give it {name} (AmbientCapabilities= in the unit file), {why}.",
            facts =>
                facts.Capabilities is { } set && (set & (1UL << bit)) != 0 ? (CheckResult.Ok, $"this user has {name}")
                : facts.Capabilities is null ? (CheckResult.Skipped, "cannot be found out here")
                : (facts.Status is null ? CheckResult.Failed : CheckResult.Warning, $"this user lacks {name}")
        );

    private static Check Amount(string what, string fix, Func<MachineFacts, long?> read, long least, CheckResult otherwise) =>
        new(
            $"machine: {what}",
            fix,
            facts =>
                Judge(
                    read(facts) is { } bytes ? bytes >= least : null,
                    otherwise,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(read(facts) ?? 0) / 1024.0 / 1024:0.0} MiB of {least / 1024.0 / 1024:0.0} MiB wanted"
                    )
                )
        );
}
