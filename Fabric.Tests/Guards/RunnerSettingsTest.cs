using System.Reflection;
using Fabric.Tests.Kernel;
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
    public void Live_and_kernel_fixtures_run_alone()
    {
        var broken =
            from type in Fixtures("Live").Concat(Fixtures("Kernel"))
            where type.GetCustomAttribute<NonParallelizableAttribute>(inherit: true) is null
            select PathOf(type);
        Guard.Holds("Live and kernel fixtures are NonParallelizable; derive from LiveTest or KernelTest.", broken);
    }

    [Test]
    public void Kernel_fixtures_run_in_the_guest_kernel_only()
    {
        var broken = from type in Fixtures("Kernel") where !type.IsSubclassOf(typeof(KernelTest)) select PathOf(type);
        Guard.Holds("What is in Fabric.Tests/Kernel is of the category Kernel; derive from KernelTest.", broken);
    }

    private static IEnumerable<Type> Fixtures(string folder) =>
        from type in s_tests.GetTypes()
        where $"{type.Namespace}.".StartsWith($"Fabric.Tests.{folder}.", StringComparison.Ordinal) && !type.IsAbstract
        where type.GetMethods().Any(method => method.IsDefined(typeof(TestAttribute)) || method.IsDefined(typeof(TestCaseAttribute)))
        select type;

    private static string PathOf(Type type) =>
        $"{type.Namespace!.Replace('.', '/').Replace("Fabric/Tests", "Fabric.Tests", StringComparison.Ordinal)}/{type.Name}.cs";
}
