namespace Fabric.Agent.Metrics;

/// <summary>What a metric's values are.</summary>
public enum MetricKind
{
    /// <summary>Only grows, from 0 at the agent's start.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How many were at most so much, for some sizes, all of them, and their sum.</summary>
    Histogram,
}
