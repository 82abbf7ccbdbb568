using Fabric.Agent.Description;
using Fabric.Agent.Errors;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Description;

/// <summary>Descriptions in tests: text in, network or problems out.</summary>
internal static class Describe
{
    /// <summary>Reads one file with ids that follow from names.</summary>
    public static DescribedNetwork Read(string yaml, string name = "fabric.yaml") =>
        DescriptionReader.Read([new SourceText(name, yaml)], DeviceIds.Derived());

    /// <summary>The network of a text without problems.</summary>
    public static TopologySnapshot Network(string yaml)
    {
        var described = Read(yaml);
        described.Problems.Select(problem => problem.ToString()).ShouldBeEmpty();
        return TopologyAssembly.Of(position: 1, described.Devices);
    }

    /// <summary>The problems of a text.</summary>
    public static IReadOnlyList<Problem> Problems(string yaml) => Read(yaml).Problems;
}
