using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

[TestFixture]
public sealed class PostgresAddressTest
{
    [TestCase("postgresql://ana@one/net", "one", 5432, "ana", null, "net")]
    [TestCase("postgres://ana:se%3Acret@one:6000/net", "one:6000", 5432, "ana", "se:cret", "net")]
    [TestCase("postgresql://one,two:6000/net", "one,two:6000", 5432, null, null, "net")]
    [TestCase("postgresql://ana@/net?host=/run/postgresql&port=6000", "/run/postgresql", 6000, "ana", null, "net")]
    public void AnAddressNamesHostsRoleAndDatabase(string text, string host, int port, string? user, string? password, string database)
    {
        PostgresAddress.TryParse(text, out var address, out _).ShouldBeTrue();
        var told = address!.Connection;
        (told.Host, told.Port, told.Username, told.Password, told.Database).ShouldBe((host, port, user, password, database));
    }

    [Test]
    public void OptionsAreThoseOfLibpq()
    {
        PostgresAddress.TryParse("postgresql://one/net?sslmode=verify-full&sslrootcert=/etc/ca.pem", out var address, out _).ShouldBeTrue();
        address!.Connection.SslMode.ShouldBe(Npgsql.SslMode.VerifyFull);
        address.Connection.RootCertificate.ShouldBe("/etc/ca.pem");
    }

    [TestCase("postgresql:///net", "no host")]
    [TestCase("postgresql://ana@one", "no database")]
    [TestCase("postgresql://one/net?pooling=false", "'pooling' is not known; known are host")]
    [TestCase("postgresql://one/net?sslmode=maybe", "sslmode is not known")]
    [TestCase("postgresql://one/net?port=many", "")]
    public void AMistakeIsNamed(string text, string wanted)
    {
        PostgresAddress.TryParse(text, out var address, out var mistake).ShouldBeFalse();
        address.ShouldBeNull();
        mistake!.ShouldContain(wanted);
    }

    [TestCase("postgresql://ana:secret@one,two/net?sslmode=require", "postgresql://ana@one,two/net")]
    [TestCase("postgresql://ana:secret@one/net?what=else", "postgresql://...")]
    [TestCase("/var/lib/fabric/journal.db", "/var/lib/fabric/journal.db")]
    public void PeopleDoNotSeeThePassword(string text, string shown) => PostgresAddress.Show(text).ShouldBe(shown);

    [TestCase("postgresql://one/net", true)]
    [TestCase("POSTGRES://one/net", true)]
    [TestCase("postgresql.db", false)]
    [TestCase("./postgresql://one", false)]
    public void APathIsNoAddress(string text, bool isOne) => PostgresAddress.IsOne(text).ShouldBe(isOne);
}
