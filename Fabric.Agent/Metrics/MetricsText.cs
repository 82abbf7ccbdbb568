using System.Globalization;
using System.Text;

namespace Fabric.Agent.Metrics;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4.</summary>
internal static class MetricsText
{
    /// <summary>The media type.</summary>
    public const string Type = "text/plain; version=0.0.4; charset=utf-8";

    private const string Host = "host";

    /// <summary>All metrics that have values, each with what it means before them.</summary>
    /// <param name="source">What they are read from.</param>
    public static string Of(MetricSource source)
    {
        var host = (string?)source.Status["host"] ?? "";
        var text = new StringBuilder();
        foreach (var metric in MetricCatalog.All)
        {
            var samples = metric.Read(source).ToList();
            if (samples.Count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Name} {Escaped(metric.Help, isLabel: false)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric.Name} {metric.Kind.ToString().ToLowerInvariant()}\n");
            foreach (var sample in samples)
                Append(text, metric, host, sample);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, Metric metric, string host, MetricSample sample)
    {
        text.Append(metric.Name)
            .Append(sample.Suffix)
            .Append('{')
            .Append(Host)
            .Append("=\"")
            .Append(Escaped(host, isLabel: true))
            .Append('"');
        for (var i = 0; i < metric.Labels.Length; i++)
            text.Append(',').Append(metric.Labels[i]).Append("=\"").Append(Escaped(sample.Labels[i], isLabel: true)).Append('"');
        if (sample.AtMost is { } most)
            text.Append(",le=\"").Append(most).Append('"');
        text.Append(CultureInfo.InvariantCulture, $"}} {sample.Value:R}\n");
    }

    private static string Escaped(string text, bool isLabel)
    {
        text = text.Replace("\\", "\\\\").Replace("\n", "\\n");
        return isLabel ? text.Replace("\"", "\\\"") : text;
    }
}
