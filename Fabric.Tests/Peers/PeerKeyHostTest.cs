using Fabric.Agent.Peers;

namespace Fabric.Tests.Peers;

[TestFixture]
public sealed class PeerKeyHostTest
{
    private DirectoryInfo _folder = null!;

    private string KeyPath => Path.Combine(_folder.FullName, PeerKeyHost.FileName);

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-key-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public void The_first_start_makes_a_key_that_only_the_owner_may_read_and_the_next_finds_it()
    {
        using var first = PeerKeyHost.LoadOrCreate(_folder.FullName);
        File.GetUnixFileMode(KeyPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var next = PeerKeyHost.LoadOrCreate(_folder.FullName);
        next.Public.ShouldBe(first.Public);
        _folder.GetFiles().ShouldHaveSingleItem();
    }

    [Test]
    public void A_key_that_others_may_read_is_refused()
    {
        PeerKeyHost.LoadOrCreate(_folder.FullName).Dispose();
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Should.Throw<IOException>(() => PeerKeyHost.LoadOrCreate(_folder.FullName)).Message.ShouldContain("mode 600");
    }

    [TestCase("")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n")]
    public void A_file_that_holds_no_key_is_refused_and_left_alone(string content)
    {
        File.WriteAllText(KeyPath, content);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<IOException>(() => PeerKeyHost.LoadOrCreate(_folder.FullName)).Message.ShouldContain("holds no key");
        File.ReadAllText(KeyPath).ShouldBe(content);
    }

    [Test]
    public void A_start_that_was_killed_in_the_middle_leaves_nothing_in_the_way()
    {
        File.WriteAllText(KeyPath + ".new", "half a k");
        PeerKeyHost.LoadOrCreate(_folder.FullName).Dispose();
        File.Exists(KeyPath).ShouldBeTrue();
    }
}
