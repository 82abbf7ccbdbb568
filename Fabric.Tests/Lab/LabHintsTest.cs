using Fabric.Agent.Lab;

namespace Fabric.Tests.Lab;

public class LabHintsTest
{
    [TestCase("/bin:/opt/fabric", "fabric")]
    [TestCase("/bin::/sbin", "/src/out/fabric")]
    [TestCase(null, "/src/out/fabric")]
    public void ACommandIsNamedSoThatTheShellFindsIt(string? searchPath, string expected) =>
        LabHints.CommandOf(searchPath, "/src/out/fabric", path => path == "/opt/fabric/fabric").ShouldBe(expected);

    [Test]
    public void EveryHintIsOfTheLabThatIsUp()
    {
        LabName.TryParse("two", out var name).ShouldBeTrue();
        var topology = LabDescription.Network(new LabPlan(name!));

        LabHints
            .Of(new RunningLab(name!, topology, LabDescription.Guests(new LabPlan(name!), topology)), "fabric")
            .ShouldBe([
                "fabric lab exec --name two web1 -- ping 10.2.0.11",
                "fabric trace --socket /run/fabric/two/agent.sock in_port=web1,tcp,nw_dst=10.2.0.11,tp_dst=23",
                "fabric lab down --name two",
            ]);
    }
}
