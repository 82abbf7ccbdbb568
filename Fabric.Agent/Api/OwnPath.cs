using System.Text.Json.Nodes;
using Fabric.Agent.Description;
using Fabric.Agent.Questions;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Agent.Api;

/// <summary>Tells what this host knows of what happened at it: to its own users, and to other hosts that ask.</summary>
internal sealed class OwnPath(AgentHost agent, DropsPath drops, OwnCapturePath captures)
{
    /// <summary>Flows that another host is told at most.</summary>
    public const int MaxToldFlows = 1000;

    /// <summary>Rules, and devices, that another host is told at most: the busiest.</summary>
    public const int MaxToldTraffic = 5000;

    /// <summary>The answer to a question; null for one that is not understood, or is about a device that there is not.</summary>
    public async Task<JsonObject?> RunAsync(HostQuestion question)
    {
        switch (question.Topic)
        {
            case HostQuestionTopic.Drops when question.Text.Length == 0:
                return await drops.RunAsync(null, CancellationToken.None);
            case HostQuestionTopic.Drops:
                return Find(agent.View.Topology, question.Text) is { } about ? await drops.RunAsync(about, CancellationToken.None) : null;
            case HostQuestionTopic.Flows:
                return await FlowsPath.RunAsync(agent, question.Text, question.Limit == 0 ? null : question.Limit);
            case HostQuestionTopic.Traffic:
                return await TrafficReport.OfAsync(agent, question.Text, question.Limit);
            case HostQuestionTopic.Ports:
                return await AgentReport.PortsAsync(agent);
            case HostQuestionTopic.Node:
                return await NodeReport.OfAsync(agent);
            case HostQuestionTopic.Capture:
                return await captures.RunAsync(question.Text);
            default:
                return null;
        }
    }

    /// <summary>The answer to another host's question, compressed; empty for none.</summary>
    public async Task<byte[]> AnswerAsync(HostQuestion question)
    {
        var most = question.Topic == HostQuestionTopic.Flows ? MaxToldFlows : MaxToldTraffic;
        var limit = question.Limit <= 0 ? most : Math.Min(question.Limit, most);
        return await RunAsync(question with { Limit = limit }) is { } answer ? AnswerText.Pack(answer) : [];
    }

    /// <summary>The device that a text names: "port shop/web1".</summary>
    public static DeviceRef? Find(TopologySnapshot topology, string text) =>
        text.Split(' ', 2) is [var kind, var name] && Nouns.Parse(kind) is { } noun && DeviceName.TryParse(name, out var device)
            ? topology.Find(noun, device)?.Ref
            : null;
}
