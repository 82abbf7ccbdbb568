using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>What would happen to one device.</summary>
/// <param name="Kind">Whether it would be created, updated or deleted.</param>
/// <param name="Device">The kind of device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fields">What would be different, for an update.</param>
public sealed record DeviceChange(ChangeKind Kind, DeviceKind Device, DeviceName Name, ImmutableArray<FieldChange> Fields)
{
    /// <summary>One line: '+', '~' or '-', the device, and its fields: "~ port 'acme/vm1': up yes -> no".</summary>
    public override string ToString()
    {
        var sign = Kind switch
        {
            ChangeKind.Create => '+',
            ChangeKind.Update => '~',
            ChangeKind.Delete => '-',
        };
        var fields = Fields.IsEmpty ? "" : $": {string.Join(", ", Fields)}";
        return $"{sign} {Refusal.NounOf(Device)} '{Name}'{fields}";
    }
}
