using System.Globalization;
using Fabric.Agent.Description.Keys;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes balancers and the members of pools.</summary>
internal static class BalancerWriter
{
    /// <summary>The entries of a member.</summary>
    public static IEnumerable<(string Key, string Value)> Write(PoolMember member)
    {
        yield return (MemberShape.Address.Name, YamlText.Scalar(member.Address.ToString()));
        if (member.Port is { } port)
            yield return (MemberShape.Port.Name, Number(port));
        if (member.Weight != 1)
            yield return (MemberShape.Weight.Name, Number(member.Weight));
        if (member.State != PoolMemberState.Up)
            yield return (MemberShape.State.Name, MemberShape.State.Form.WordOf(member.State));
    }

    /// <summary>The entries of a balancer.</summary>
    public static IEnumerable<(string Key, string Value)> Write(Balancer balancer)
    {
        yield return (BalancerShape.Address.Name, YamlText.Scalar(balancer.Address.ToString()));
        yield return (BalancerShape.Ports.Name, YamlText.Scalar(RuleForms.Write(balancer.Ports)));
        if (balancer.Protocol is { } protocol)
            yield return (BalancerShape.Protocol.Name, YamlText.Scalar(NumberNames.Protocol.Write(protocol)));
        yield return (BalancerShape.Pool.Name, YamlText.Name(balancer.Pool));
        if (balancer.PersistSeconds > 0)
            yield return (BalancerShape.Persist.Name, Number(balancer.PersistSeconds));
        if (balancer.PersistsAcrossPorts)
            yield return (BalancerShape.AcrossPorts.Name, "true");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
