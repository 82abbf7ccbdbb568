using System.Text.Json.Nodes;

namespace Fabric.Agent.Questions;

/// <summary>What one host has told of itself, or that it has not.</summary>
/// <param name="Host">Its name.</param>
/// <param name="State">Whether it answered.</param>
/// <param name="Age">How long ago it told what is in <paramref name="Answer"/>; null if that is nothing.</param>
/// <param name="Answer">What it told, now or the last time that it was asked; null for nothing.</param>
internal sealed record HostReport(string Host, HostReportState State, TimeSpan? Age, JsonObject? Answer);
