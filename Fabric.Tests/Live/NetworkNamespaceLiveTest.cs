using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

public class NetworkNamespaceLiveTest : LiveTest
{
    [Test]
    public void A_namespace_is_made_listed_and_deleted()
    {
        string name;
        using (var space = new TestNamespace())
        {
            name = space.Name;
            NetworkNamespace.Exists(name).ShouldBeTrue();
            NetworkNamespace.List().ShouldContain(name);
        }
        NetworkNamespace.Exists(name).ShouldBeFalse();
        NetworkNamespace.List().ShouldNotContain(name);
    }

    [Test]
    public void The_ip_command_sees_the_same_namespaces()
    {
        using var space = new TestNamespace();
        var listed = HostProcess.Run(Patience, null, "ip", "netns", "list");
        listed.Output.ShouldContain(space.Name);
        var inside = HostProcess.Run(Patience, null, "ip", "netns", "exec", space.Name, "ip", "-br", "link");
        inside.ExitCode.ShouldBe(0, inside.Error);
        inside.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldStartWith("lo ");
    }

    [Test]
    public void A_name_that_is_taken_is_refused_and_the_namespace_stays()
    {
        using var space = new TestNamespace();
        var refusal = Should.Throw<LinuxException>(() => NetworkNamespace.Create(space.Name));
        refusal.Errno.ShouldBe(Errno.Exists);
        refusal.Message.ShouldContain(space.Name);
        space.Run(() => 5).ShouldBe(5);
    }

    [Test]
    public void What_does_not_exist_cannot_be_deleted_or_entered()
    {
        Should.Throw<LinuxException>(() => NetworkNamespace.Delete("fabtest-none")).Errno.ShouldBe(Errno.NoEntry);
        Should.Throw<LinuxException>(() => NetworkNamespace.Run("fabtest-none", () => 0)).Errno.ShouldBe(Errno.NoEntry);
    }

    [Test]
    public void A_file_without_a_namespace_that_a_killed_create_left_can_be_deleted()
    {
        var name = $"fabtest-{Environment.ProcessId:x}-left";
        File.WriteAllText(Path.Combine(NetworkNamespace.Folder, name), "");
        NetworkNamespace.Delete(name);
        NetworkNamespace.Exists(name).ShouldBeFalse();
    }

    [Test]
    public void Run_does_not_move_the_calling_thread()
    {
        using var space = new TestNamespace();
        var before = Links();
        space.Run(Links).ShouldBe(["lo"]);
        Links().ShouldBe(before);
    }

    [Test]
    public void An_exception_inside_comes_out_as_it_was()
    {
        using var space = new TestNamespace();
        Should
            .Throw<InvalidTimeZoneException>(() => space.Run<int>(() => throw new InvalidTimeZoneException("inside")))
            .Message.ShouldBe("inside");
    }

    [Test]
    public void A_process_starts_inside_under_its_own_id()
    {
        using var space = new TestNamespace();
        using var process = HostProcess.Start(space.Name, "readlink", "/proc/self/ns/net");
        process.WaitForExit(Patience).Output.ShouldBe(space.Run(OwnNamespace) + "\n");
        File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name.ShouldNotBe(space.Run(OwnNamespace));
    }

    private static string OwnNamespace() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name;

    private static List<string> Links()
    {
        using var routes = RouteSocket.Open();
        return [.. routes.ListLinks().Select(link => link.Name)];
    }
}
