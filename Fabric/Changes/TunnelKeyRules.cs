using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Gives tunnel keys: to a port when it is first bound, and with the first one to its bridge for floods.</summary>
internal static class TunnelKeyRules
{
    /// <summary>Gives the keys that a port's event calls for.</summary>
    /// <returns>False if there is no free key.</returns>
    public static bool TryGive(Draft draft, DeviceRef reference, KeyHorizon horizon)
    {
        if (draft.Now.Find(reference) is not Port { Binding: not null } port)
            return true;
        return TryGiveOne(draft, port.Id, horizon) && (!port.IsBridgePort || TryGiveOne(draft, port.Owner, horizon));
    }

    /// <summary>Refuses a command that found no key.</summary>
    public static Rejection? Check(Draft draft) =>
        draft.IsOutOfKeys
            ? new Rejection(
                RejectionReason.Conflict,
                "all tunnel keys are in use or were so a short while ago: delete ports that are not needed, and bind this one a day later"
            )
            : null;

    private static bool TryGiveOne(Draft draft, DeviceRef device, KeyHorizon horizon)
    {
        if (draft.Now.TunnelKeys.Of(device) != 0 || draft.Now.Find(device) is null)
            return true;
        if (!draft.Now.TunnelKeys.TryFindFree(horizon, out var key))
            return false;
        draft.Happen(new TopologyEvent.TunnelKeyGiven(device, key));
        return true;
    }
}
