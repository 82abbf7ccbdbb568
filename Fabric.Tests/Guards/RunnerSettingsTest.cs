using System.Reflection;
using NUnit.Framework.Internal;

namespace Fabric.Tests.Guards;

/// <summary>How the tests run.</summary>
public class RunnerSettingsTest
{
    private static readonly Assembly s_tests = typeof(RunnerSettingsTest).Assembly;

    [Test]
    public void Fixtures_run_side_by_side_two_at_a_time()
    {
        s_tests.GetCustomAttribute<ParallelizableAttribute>()!.Properties.Get(PropertyNames.ParallelScope).ShouldBe(ParallelScope.Fixtures);
        s_tests.GetCustomAttribute<LevelOfParallelismAttribute>()!.Properties.Get(PropertyNames.LevelOfParallelism).ShouldBe(2);
    }

    [Test]
    public void Live_fixtures_run_alone()
    {
        var broken =
            from type in s_tests.GetTypes()
            where type.Namespace?.StartsWith("Fabric.Tests.Live", StringComparison.Ordinal) == true && !type.IsAbstract
            where type.GetMethods().Any(method => method.IsDefined(typeof(TestAttribute)) || method.IsDefined(typeof(TestCaseAttribute)))
            where type.GetCustomAttribute<NonParallelizableAttribute>(inherit: true) is null
            select $"{type.Namespace!.Replace('.', '/').Replace("Fabric/Tests", "Fabric.Tests", StringComparison.Ordinal)}/{type.Name}.cs";
        Guard.Holds("Live fixtures are NonParallelizable; derive from LiveTest.", broken);
    }
}
