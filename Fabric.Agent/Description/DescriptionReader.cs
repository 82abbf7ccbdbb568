using Fabric.Agent.Description.Expectations;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>Reads fabric.yaml.</summary>
/// <remarks>Pure: texts in, devices and problems out. Several files are read as one description; names may be used before and beyond the file that declares them.</remarks>
public static class DescriptionReader
{
    /// <summary>Reads a description.</summary>
    /// <param name="sources">The files in order.</param>
    /// <param name="ids">Where ids come from.</param>
    public static DescribedNetwork Read(IReadOnlyList<SourceText> sources, DeviceIdSource ids)
    {
        var draft = new Draft(ids);
        var roots = sources.Select(source => ReadRoot(draft, source)).OfType<MapReader>().ToList();
        foreach (var root in roots)
            Declare(draft, root);
        draft.Build();
        var tenants = roots.SelectMany(root => root.Named(RootShape.Tenants)).Select(tenant => tenant.Name.Text).ToHashSet();
        var expectations = roots.SelectMany(root => root.Items(RootShape.Expect)).Select(node => ExpectReader.Read(draft, node, tenants));
        var order = sources.Select((source, index) => (source, index)).ToDictionary(pair => pair.source, pair => pair.index);
        return new DescribedNetwork
        {
            Devices = [.. draft.Others, .. draft.Ports.Values],
            Expectations = [.. expectations.OfType<Expectation>()],
            Places = draft.Places,
            Problems =
            [
                .. draft
                    .Problems.OrderBy(problem => problem.At is { } at ? order[at.Source] : -1)
                    .ThenBy(problem => problem.At?.Line)
                    .ThenBy(problem => problem.At?.Column),
            ],
        };
    }

    private static MapReader? ReadRoot(Draft draft, SourceText source)
    {
        var before = draft.Problems.Count;
        var node = YamlReader.Read(source, draft.Problems);
        // A text that is no YAML has been complained of; what is missing in it would only distract.
        if (node is null && draft.Problems.Count > before)
            return null;
        node ??= new YamlNode.Scalar(new SourcePosition(source, 1, 1), "", isQuoted: false);
        return MapReader.Open(node, RootShape.Shape, "the description", node.At, draft.Problems);
    }

    private static void Declare(Draft draft, MapReader root)
    {
        root.One(RootShape.Version);
        foreach (var (name, value) in root.Named(RootShape.Hosts))
            HostReader.Declare(new Scope(draft, ""), name, value);
        foreach (var (tenant, value) in root.Named(RootShape.Tenants))
        {
            var map = MapReader.Open(value, TenantShape.Shape, $"tenant '{tenant.Text}'", tenant.At, draft.Problems);
            Declare(new Scope(draft, tenant.Text), map);
        }
    }

    private static void Declare(Scope scope, MapReader tenant)
    {
        foreach (var (name, value) in tenant.Named(TenantShape.Bridges))
            BridgeReader.Declare(scope, name, value);
        foreach (var (name, value) in tenant.Named(TenantShape.Routers))
            RouterReader.Declare(scope, name, value);
        foreach (var (name, value) in tenant.Named(TenantShape.Ports))
            PortReader.DeclareBridgePort(scope, name, value);
        foreach (var (name, value) in tenant.Named(TenantShape.Chains))
            ChainReader.Declare(scope, name, value);
        foreach (var (name, value) in tenant.Named(TenantShape.Sets))
            SetReader.DeclareSet(scope, name, value);
        foreach (var (name, value) in tenant.Named(TenantShape.Groups))
            SetReader.DeclareGroup(scope, name, value);
    }
}
