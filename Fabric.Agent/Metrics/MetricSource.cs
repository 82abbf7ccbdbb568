using System.Text.Json.Nodes;

namespace Fabric.Agent.Metrics;

/// <summary>What metrics are read from: the same as pages and commands show.</summary>
/// <param name="Status">What `GET /v1/status` tells.</param>
/// <param name="Ports">The items of `GET /v1/ports`, those that are ports of the network, each with its `device`.</param>
internal sealed record MetricSource(JsonObject Status, JsonArray Ports);
