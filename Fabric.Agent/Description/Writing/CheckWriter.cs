using System.Globalization;
using Fabric.Agent.Description.Keys;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes the health check of a pool.</summary>
internal static class CheckWriter
{
    private static readonly HealthCheck Usual = new();

    /// <summary>The entries of a check.</summary>
    public static IEnumerable<(string Key, string Value)> Write(HealthCheck check)
    {
        yield return (CheckShape.Kind.Name, CheckShape.Kind.Form.WordOf(check.Kind));
        if (check.Port is { } port)
            yield return (CheckShape.Port.Name, Number(port));
        if (check.IntervalMilliseconds != Usual.IntervalMilliseconds)
            yield return (CheckShape.Interval.Name, CheckForms.Write(check.IntervalMilliseconds));
        if (check.TimeoutMilliseconds != Math.Min(Usual.TimeoutMilliseconds, check.IntervalMilliseconds))
            yield return (CheckShape.Timeout.Name, CheckForms.Write(check.TimeoutMilliseconds));
        if (check.Rise != Usual.Rise)
            yield return (CheckShape.Rise.Name, Number(check.Rise));
        if (check.Fall != Usual.Fall)
            yield return (CheckShape.Fall.Name, Number(check.Fall));
        if (check.Path != Usual.Path)
            yield return (CheckShape.Path.Name, YamlText.Scalar(check.Path));
        if (check.Host is { } host)
            yield return (CheckShape.Host.Name, YamlText.Scalar(host));
        if (check.Status != Usual.Status)
            yield return (CheckShape.Status.Name, YamlText.Scalar(RuleForms.Write(check.Status)));
        if (check.Payload != Usual.Payload)
            yield return (CheckShape.Send.Name, YamlText.Scalar(check.Payload));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
