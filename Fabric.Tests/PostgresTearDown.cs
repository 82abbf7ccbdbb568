using Fabric.Tests.Journal;

namespace Fabric.Tests;

/// <summary>Ends the database server of the run, if any test asked for one.</summary>
[SetUpFixture]
public class PostgresTearDown
{
    [OneTimeTearDown]
    public void EndTheServer() => PostgresServer.EndShared();
}
