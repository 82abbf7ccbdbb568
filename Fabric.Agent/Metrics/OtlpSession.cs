using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Fabric.Agent.Metrics;

/// <summary>Tells a collector an agent's metrics by OpenTelemetry's packages: OTLP over HTTP, protobuf, sums since the agent's start.</summary>
/// <remarks>
/// One thread at a time. A series that has ended would be told for ever, as the packages keep what they have once seen; so whoever uses a session makes
/// another one when <see cref="Lacks"/> says so.
/// </remarks>
internal sealed class OtlpSession : IDisposable
{
    /// <summary>Series that a metric has at most; what is more is told as one, which has the attribute `otel.metric.overflow`.</summary>
    public const int MaxSeries = 16_384;

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Name = "fabric";

    // Two agents of one process have a meter of this name each, and neither tells the other's.
    private readonly Meter _meter;
    private readonly HttpClient _client;
    private readonly MeterProvider _provider;
    private Dictionary<string, List<Measurement<double>>> _series = [];
    private HashSet<string> _told = [];

    /// <summary>Opens a session; nothing is sent yet.</summary>
    /// <param name="address">Where the metrics are posted to.</param>
    /// <param name="host">The agent's host.</param>
    /// <param name="version">The agent's version.</param>
    /// <param name="wire">What takes requests to the collector, and tells how it went; the session does not own it.</param>
    public OtlpSession(Uri address, string host, string version, HttpMessageHandler wire)
    {
        _meter = new Meter(Name, version);
        _client = new HttpClient(wire, disposeHandler: false) { Timeout = Patience };
        foreach (var metric in MetricCatalog.All)
        foreach (var name in OtlpSeries.NamesOf(metric))
            Create(metric, name);
        var exporter = new OtlpMetricExporter(
            // The headers, which may hold a key of the collector's, come from OTEL_EXPORTER_OTLP_HEADERS.
            new OtlpExporterOptions
            {
                Endpoint = address,
                Protocol = OtlpExportProtocol.HttpProtobuf,
                TimeoutMilliseconds = (int)Patience.TotalMilliseconds,
                HttpClientFactory = () => _client,
            }
        );
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(
                ResourceBuilder
                    .CreateEmpty()
                    .AddService(Name, serviceVersion: version, serviceInstanceId: host)
                    .AddAttributes([new("host.name", host)])
            )
            .AddMeter(Name)
            .AddView(instrument =>
                instrument.Meter == _meter ? new MetricStreamConfiguration { CardinalityLimit = MaxSeries } : MetricStreamConfiguration.Drop
            )
            .AddReader(new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative })
            .Build();
    }

    /// <summary>True if a series that was told before is not among these.</summary>
    public bool Lacks(Dictionary<string, List<Measurement<double>>> series) => !_told.IsSubsetOf(NamesOf(series));

    /// <summary>Tells the collector; blocks until it has answered.</summary>
    /// <returns>False if it did not take them.</returns>
    public bool Export(Dictionary<string, List<Measurement<double>>> series)
    {
        _series = series;
        _told = NamesOf(series);
        return _provider.ForceFlush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What ends tells once more what it has seen; without a client it cannot.
        _client.Dispose();
        _provider.Dispose();
        _meter.Dispose();
    }

    private void Create(Metric metric, string name)
    {
        IEnumerable<Measurement<double>> Observe() => _series.GetValueOrDefault(name) ?? [];
        switch (metric.Kind)
        {
            case MetricKind.Counter:
                _meter.CreateObservableCounter(name, Observe, description: metric.Help);
                break;
            case MetricKind.Gauge:
                _meter.CreateObservableGauge(name, Observe, description: metric.Help);
                break;
            // A sum that may fall: those that only grow are given a `_total` by who turns them into Prometheus's, and would be no histogram there.
            case MetricKind.Histogram:
                _meter.CreateObservableUpDownCounter(name, Observe, description: metric.Help);
                break;
        }
    }

    private static HashSet<string> NamesOf(Dictionary<string, List<Measurement<double>>> series)
    {
        var names = new HashSet<string>();
        foreach (var (name, values) in series)
        foreach (var value in values)
        {
            var text = name;
            foreach (var attribute in value.Tags)
                text += $"\n{attribute.Value}";
            names.Add(text);
        }
        return names;
    }
}
