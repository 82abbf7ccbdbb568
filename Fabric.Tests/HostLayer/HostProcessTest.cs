using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.HostLayer;

public class HostProcessTest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Test]
    public void Output_error_and_exit_code_are_told()
    {
        var result = HostProcess.Run(s_patience, null, "sh", "-c", "echo out; echo err >&2; exit 3");
        result.ShouldBe(new HostProcessResult(3, "out\n", "err\n"));
    }

    [Test]
    public void Arguments_reach_the_program_as_they_are() =>
        HostProcess.Run(s_patience, null, "printf", "%s", "a b $c *").Output.ShouldBe("a b $c *");

    [Test]
    public void More_output_than_a_pipe_holds_does_not_stop_the_program() =>
        HostProcess.Run(s_patience, null, "head", "-c", "1000000", "/dev/zero").Output.Length.ShouldBe(1_000_000);

    [Test]
    public void A_program_that_does_not_exist_is_one_clear_sentence() =>
        Should
            .Throw<LinuxException>(() => HostProcess.Start(null, "fabric-no-such-program"))
            .Message.ShouldBe("start fabric-no-such-program: No such file or directory (errno 2); is fabric-no-such-program installed?");

    [Test]
    public void A_program_that_does_not_end_in_time_is_killed()
    {
        var process = HostProcess.Start(null, "sleep", "1000");
        Should.Throw<LinuxException>(() => process.WaitForExit(TimeSpan.Zero)).Errno.ShouldBe(Errno.TimedOut);
        var id = process.Id;
        process.Dispose();
        SpinWait.SpinUntil(() => !IsRunning(id), s_patience).ShouldBeTrue();
    }

    // A killed process may stay a zombie for a moment, until it is reaped.
    private static bool IsRunning(int id) => File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ");
}
