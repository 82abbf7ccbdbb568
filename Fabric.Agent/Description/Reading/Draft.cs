using Fabric.Agent.Errors;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Description.Reading;

/// <summary>A description while it is read: everything is declared first, then built, so that names may be used before they are declared.</summary>
internal sealed class Draft(DeviceIdSource ids)
{
    private readonly Dictionary<(DeviceKind Kind, DeviceName Name), Declaration> _declarations = [];
    private readonly List<PortLink> _links = [];

    /// <summary>What is wrong so far.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The ports that were built so far.</summary>
    public Dictionary<PortId, Port> Ports { get; } = [];

    /// <summary>The devices other than ports that were built so far.</summary>
    public List<Device> Others { get; } = [];

    /// <summary>Where each device was declared.</summary>
    public Dictionary<DeviceRef, SourcePosition> Places { get; } = [];

    /// <summary>Declares a device, or complains that it is declared already.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="at">Where.</param>
    /// <param name="build">Builds it once all are declared; null after complaining.</param>
    public void Declare(DeviceKind kind, DeviceName name, SourcePosition at, Func<DeviceRef, Device?> build)
    {
        var declared = new Declaration(new DeviceRef(kind, ids(kind, name)), at, build);
        if (_declarations.TryAdd((kind, name), declared))
        {
            Places[declared.Ref] = at;
            return;
        }
        var first = _declarations[(kind, name)].At;
        var what = $"{Nouns.One(kind)} '{name}' is declared twice";
        Problems.Add(new Problem(DescriptionErrors.Twice, what) { At = at, Why = $"it is declared at {first} already" });
    }

    /// <summary>Finds a declared device, or complains that there is none of the name.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="tenant">The tenant that a name alone is of.</param>
    /// <param name="name">The name as written.</param>
    public DeviceRef? Resolve(DeviceKind kind, string tenant, Located<string> name)
    {
        if (_declarations.TryGetValue((kind, Qualify(kind, tenant, name.Value)), out var declared))
            return declared.Ref;
        var candidates = _declarations
            .Keys.Where(key => key.Kind == kind)
            .Select(key => key.Name.Tenant == tenant ? key.Name.Name : key.Name.ToString());
        var nearest = NearestWord.Find(name.Value, candidates);
        Problems.Add(
            new Problem(DescriptionErrors.UnknownName, $"there is no {Nouns.One(kind)} '{Qualify(kind, tenant, name.Value)}'")
            {
                At = name.At,
                Remedy = nearest is null ? null : $"did you mean '{nearest}'?",
            }
        );
        return null;
    }

    /// <summary>Finds a declared device by its whole name, or by its own if only one tenant has such; else complains.</summary>
    public DeviceRef? ResolveAnywhere(DeviceKind kind, Located<string> name)
    {
        if (name.Value.Contains('/', StringComparison.Ordinal))
            return Resolve(kind, "", name);
        var found = _declarations.Keys.Where(key => key.Kind == kind && key.Name.Name == name.Value).ToArray();
        if (found is [var only])
            return _declarations[only].Ref;
        if (found.Length == 0)
            return Resolve(kind, _declarations.Keys.FirstOrDefault(key => key.Kind == kind).Name.Tenant ?? "", name);
        var names = string.Join(", ", found.Select(key => key.Name).Order());
        var what = $"several tenants have a {Nouns.One(kind)} '{name.Value}'";
        Problems.Add(
            new Problem(DescriptionErrors.UnknownName, what)
            {
                At = name.At,
                Why = $"it could be {names}",
                Remedy = "write TENANT/NAME",
            }
        );
        return null;
    }

    /// <summary>The whole name that a text stands for; hosts belong to no tenant.</summary>
    public static DeviceName Qualify(DeviceKind kind, string tenant, string text)
    {
        DeviceName.TryParse(text, out var name);
        var isWhole = text.Contains('/', StringComparison.Ordinal) || kind == DeviceKind.Host;
        return isWhole ? name : new DeviceName(tenant, text);
    }

    /// <summary>Notes that two ports are linked.</summary>
    public void Link(PortId first, PortId second, SourcePosition at) => _links.Add(new PortLink(first, second, at));

    /// <summary>Builds all devices, ports first, since routes look at them; then the links.</summary>
    public void Build()
    {
        foreach (var declared in _declarations.Values.Where(declared => declared.Ref.Kind == DeviceKind.Port))
        {
            if (declared.Build(declared.Ref) is Port port)
                Ports[port.Id] = port;
        }
        foreach (var declared in _declarations.Values.Where(declared => declared.Ref.Kind != DeviceKind.Port))
        {
            if (declared.Build(declared.Ref) is { } device)
                Others.Add(device);
        }
        foreach (var link in _links)
            Apply(link);
    }

    private void Apply(PortLink link)
    {
        if (!Ports.TryGetValue(link.First, out var first) || !Ports.TryGetValue(link.Second, out var second))
            return;
        if (first.Peer == second.Id && second.Peer == first.Id)
            return;
        if (WhyNot(first, second) is { } why)
        {
            var what = $"ports '{first.Name}' and '{second.Name}' cannot be linked";
            Problems.Add(new Problem(DescriptionErrors.Contradiction, what) { At = link.At, Why = why });
            return;
        }
        Ports[first.Id] = first with { Peer = second.Id };
        Ports[second.Id] = second with { Peer = first.Id };
    }

    private string? WhyNot(Port first, Port second)
    {
        if (first.Id == second.Id)
            return "a port has no link to itself";
        foreach (var port in (ReadOnlySpan<Port>)[first, second])
        {
            if (port.Binding is not null)
                return $"'{port.Name}' has a host, so an interface is attached to it";
            if (port.Peer is { } peer)
                return $"'{port.Name}' is linked to '{Ports[peer].Name}'";
        }
        return null;
    }

    private sealed record Declaration(DeviceRef Ref, SourcePosition At, Func<DeviceRef, Device?> Build);

    private sealed record PortLink(PortId First, PortId Second, SourcePosition At);
}
