using System.Collections.Immutable;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>A port that a shorthand declares at one end of a link between a bridge and a router.</summary>
/// <param name="Name">Its name.</param>
/// <param name="OwnerKind">Bridge or router.</param>
/// <param name="Owner">The name of the owner as written.</param>
/// <param name="At">Where the shorthand stands.</param>
internal sealed record LinkedPort(DeviceName Name, DeviceKind OwnerKind, Located<string> Owner, SourcePosition At)
{
    /// <summary>The addresses of a router's end.</summary>
    public ImmutableArray<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>The port of a bridge that leads to a router: BRIDGE.ROUTER.</summary>
    /// <param name="scope">Where the shorthand stands.</param>
    /// <param name="bridge">The bridge as written.</param>
    /// <param name="router">The router's own name.</param>
    public static LinkedPort OnBridge(Scope scope, Located<string> bridge, string router) =>
        new(NameOf(Draft.Qualify(DeviceKind.Bridge, scope.Tenant, bridge.Value), router), DeviceKind.Bridge, bridge, bridge.At);

    /// <summary>The port of a router that leads to a bridge: ROUTER.BRIDGE.</summary>
    /// <param name="scope">Where the shorthand stands.</param>
    /// <param name="router">The router as written.</param>
    /// <param name="bridge">The bridge's own name.</param>
    public static LinkedPort OnRouter(Scope scope, Located<string> router, string bridge) =>
        new(NameOf(Draft.Qualify(DeviceKind.Router, scope.Tenant, router.Value), bridge), DeviceKind.Router, router, router.At);

    /// <summary>The name of the port of a device that leads to another.</summary>
    public static DeviceName NameOf(DeviceName owner, string other) => new(owner.Tenant, $"{owner.Name}.{other}");

    /// <summary>Declares it.</summary>
    public void Declare(Scope scope)
    {
        if (!DeviceName.IsLegalPart(Name.Name))
        {
            var why = $"its name would be '{Name.Name}', longer than {DeviceName.MaxPartLength} characters";
            scope.Complain(
                DescriptionErrors.NotDerivable,
                At,
                "the port of this link cannot be named",
                why,
                "write both ports, and link them by 'peer'"
            );
            return;
        }
        scope.Draft.Declare(DeviceKind.Port, Name, At, id => Build(scope, id));
    }

    /// <summary>Its id, if it could be declared.</summary>
    public PortId? Find(Scope scope) =>
        DeviceName.IsLegalPart(Name.Name) && scope.Draft.Resolve(DeviceKind.Port, scope.Tenant, new(Name.ToString(), At)) is { } found
            ? new PortId(found.Id)
            : null;

    private Port? Build(Scope scope, DeviceRef id)
    {
        if (scope.Draft.Resolve(OwnerKind, scope.Tenant, Owner) is not { } owner)
            return null;
        return new Port
        {
            Id = new(id.Id),
            Name = Name,
            Owner = owner,
            Mac = OwnerKind == DeviceKind.Router ? NameHash.MacOf(Name) : null,
            Addresses = [.. Addresses],
        };
    }
}
