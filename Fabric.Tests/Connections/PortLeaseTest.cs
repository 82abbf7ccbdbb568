namespace Fabric.Tests.Connections;

/// <summary>Properties of translations at several hosts that share addresses outside.</summary>
public class PortLeaseTest
{
    private const int Seeds = 60;

    /// <summary>Over random pools, hosts that come and leave, rules that change, and copies of the description that are late.</summary>
    [Test]
    public void NoTwoBindingsCollideWhicheverHostMadeThem()
    {
        var (begun, refused, returned) = (0, 0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new LeaseWorld(seed);
            for (var step = 0; step < 600; step++)
            {
                world.Step();
                if (step % 10 == 0)
                    world.Fault().ShouldBeNull($"seed {seed}, step {step}");
            }
            world.Fault().ShouldBeNull($"seed {seed}");
            (begun, refused, returned) = (begun + world.Begun, refused + world.Refused, returned + world.Returned);
        }
        TestContext.Out.WriteLine($"{begun} connections begun, {refused} refused, {returned} ports given back");
        begun.ShouldBeGreaterThan(refused, "most find a port");
        returned.ShouldBeGreaterThan(0);
    }

    /// <summary>What the property above is worth: the same worlds without leases.</summary>
    [Test]
    public void WithoutLeasesTheyDo()
    {
        var collided = Enumerable
            .Range(0, 10)
            .Count(seed =>
            {
                var world = new LeaseWorld(seed, isLeased: false);
                for (var step = 0; step < 600 && world.Fault() is null; step++)
                    world.Step();
                return world.Fault() is not null;
            });
        collided.ShouldBe(10);
    }

    [Test]
    public void EachHostComesToHaveItsPartAlsoOfWhatAnotherHadAlone()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new LeaseWorld(seed);
            for (var step = 0; step < 100; step++)
                world.Step();
            world.Settle();
            world.HasEachItsPart().ShouldBeTrue($"seed {seed}");
        }
    }
}
