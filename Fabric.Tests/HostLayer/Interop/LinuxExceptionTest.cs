using Fabric.Agent.Host.Interop;

namespace Fabric.Tests.HostLayer.Interop;

public class LinuxExceptionTest
{
    [Test]
    public void A_missing_privilege_is_told_with_what_to_do()
    {
        var exception = new LinuxException("create network namespace web1", Errno.NotPermitted);
        exception.Message.ShouldBe(
            "create network namespace web1: Operation not permitted (errno 1); "
                + "needs root, or CAP_NET_ADMIN and CAP_NET_RAW (CAP_SYS_ADMIN for namespaces)"
        );
    }

    [Test]
    public void An_advice_of_the_caller_goes_before_the_general_one() =>
        new LinuxException("open x", Errno.AccessDenied, "ask the owner").Message.ShouldEndWith("(errno 13); ask the owner");

    [Test]
    public void A_number_without_advice_is_told_plainly() =>
        new LinuxException("open x", Errno.Busy).Message.ShouldBe("open x: Device or resource busy (errno 16)");

    [Test]
    public void A_descriptor_that_a_call_refused_is_invalid()
    {
        using var descriptor = Libc.open("/nonexistent/file", Libc.O_RDONLY, 0);
        descriptor.IsInvalid.ShouldBeTrue();
        LinuxException.Last("open it").Errno.ShouldBe(Errno.NoEntry);
    }
}
