using Fabric.Agent.Host;

namespace Fabric.Tests.HostLayer;

public class NetworkNamespaceTest
{
    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("../etc")]
    [TestCase("a\0b")]
    public void A_name_that_would_leave_the_folder_is_refused(string name)
    {
        Should.Throw<ArgumentException>(() => NetworkNamespace.Exists(name));
        Should.Throw<ArgumentException>(() => NetworkNamespace.Delete(name));
    }

    [Test]
    public void A_name_longer_than_a_file_name_is_refused() =>
        Should.Throw<ArgumentException>(() => NetworkNamespace.Create(new string('a', 256)));

    [Test]
    public void A_namespace_that_was_never_made_does_not_exist() => NetworkNamespace.Exists("fabtest-never").ShouldBeFalse();
}
