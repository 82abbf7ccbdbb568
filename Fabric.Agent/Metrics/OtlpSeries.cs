using System.Diagnostics.Metrics;

namespace Fabric.Agent.Metrics;

/// <summary>An agent's metrics as OpenTelemetry's instruments tell them: values with attributes, under the names that they have for Prometheus.</summary>
/// <remarks>
/// The three kinds of lines of a histogram (_bucket, _sum and _count) are an instrument each, since an agent counts in buckets and instruments take single values.
/// </remarks>
internal static class OtlpSeries
{
    /// <summary>The attribute that each value has: the host's name.</summary>
    public const string Host = "host";

    /// <summary>The attribute of a bucket: the size that its values have at most.</summary>
    public const string AtMost = "le";

    /// <summary>The values now, by the instrument's name; none under a name that has none.</summary>
    /// <param name="source">What they are read from.</param>
    public static Dictionary<string, List<Measurement<double>>> Of(MetricSource source)
    {
        var host = (string?)source.Status["host"] ?? "";
        var series = new Dictionary<string, List<Measurement<double>>>();
        foreach (var metric in MetricCatalog.All)
        foreach (var sample in metric.Read(source))
        {
            var name = metric.Name + sample.Suffix;
            if (!series.TryGetValue(name, out var values))
                series.Add(name, values = []);
            values.Add(new Measurement<double>(sample.Value, Attributes(metric, sample, host)));
        }
        return series;
    }

    /// <summary>The instruments of a metric: its name, or for a histogram three.</summary>
    public static IEnumerable<string> NamesOf(Metric metric) =>
        metric.Kind == MetricKind.Histogram ? [$"{metric.Name}_bucket", $"{metric.Name}_sum", $"{metric.Name}_count"] : [metric.Name];

    private static IEnumerable<KeyValuePair<string, object?>> Attributes(Metric metric, MetricSample sample, string host)
    {
        yield return new(Host, host);
        for (var i = 0; i < metric.Labels.Length; i++)
            yield return new(metric.Labels[i], sample.Labels[i]);
        if (sample.AtMost is { } most)
            yield return new(AtMost, most);
    }
}
