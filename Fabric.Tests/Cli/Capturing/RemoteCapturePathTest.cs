using System.Reflection;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Cli.Capturing;

public class RemoteCapturePathTest
{
    private const string Silent = """{ "hosts": [{ "name": "h2", "state": "silent" }] }""";
    private const string Unreachable = """{ "hosts": [{ "name": "h2", "state": "unreachable" }] }""";
    private const string Answered = """{ "hosts": [{ "name": "h2", "state": "answered" }], "items": [], "first": 1 }""";

    [Test]
    [CancelAfter(300_000)]
    public async Task AHostThatLivesAndDoesNotAnswerAtOnceIsAskedAgain(CancellationToken cancellation)
    {
        var agent = Agent.That(Silent, Silent, Answered);
        var time = new StepTime();

        var beginning = new RemoteCapturePath(agent, "h2", "shop/web1", 0, time).BeginAsync(cancellation);
        for (var times = 0; times < 2; times++)
            await time.StepAsync(cancellation);

        await beginning.WaitAsync(cancellation);
        ((Agent)(object)agent).Asked.ShouldBe(3);
    }

    [Test]
    public async Task OneThatCannotBeReachedIsToldAtOnce()
    {
        var agent = Agent.That(Unreachable);

        var told = await Should.ThrowAsync<FabricException>(() =>
            new RemoteCapturePath(agent, "h2", "shop/web1", 0, new StepTime()).BeginAsync(CancellationToken.None)
        );

        told.Problems[0].Entry.ShouldBe(CaptureErrors.HostSilent);
        told.Problems[0].ToString().ShouldContain("it is unreachable");
        ((Agent)(object)agent).Asked.ShouldBe(1);
    }

    /// <summary>An agent that knows nothing but answers to this question, one after another.</summary>
    public class Agent : DispatchProxy
    {
        private string[] _answers = [];

        public int Asked { get; private set; }

        public static IAgentClient That(params string[] answers)
        {
            var agent = Create<IAgentClient, Agent>();
            ((Agent)(object)agent)._answers = answers;
            return agent;
        }

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            method!.Name.ShouldBe(nameof(IAgentClient.CaptureAsync));
            return Task.FromResult(JsonNode.Parse(_answers[Asked++])!.AsObject());
        }
    }
}
