using System.Diagnostics;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Undoing;
using Fabric.Agent.Host.Interop;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Cli;

/// <summary>A change is taken back as a change of its own, whole or not at all; and one that is tried goes by itself.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class UndoTest
{
    private const string Base =
        "fabric: v1\ntenants: { t: { bridges: { b: {} }, ports: { p: { on: b, inbound: c } }, chains: { c: [ { name: r, proto: tcp, do: drop } ] } } }";
    private const string Bridge = "fabric: v1\ntenants: { t: { bridges: { more: {} } } }";
    private const string Rule = "fabric: v1\ntenants: { t: { chains: { c: [ { name: r, proto: udp, do: drop } ] } } }";

    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-undo-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"));
        await ApplyAsync(Base);
    }

    [TearDown]
    public async Task TearDown()
    {
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    /// <summary>What was created goes, what was changed is as before, and what was deleted is there again under its old id.</summary>
    [TestCase(Bridge, "")]
    [TestCase(Rule, "")]
    [TestCase("fabric: v1\ntenants: { t: { bridges: { b: {} } } }", "--prune")]
    public async Task AChangeIsUndoneToTheLetter(string change, string option)
    {
        var before = await ExportAsync();
        await ApplyAsync(change, option);
        (await ExportAsync()).ShouldNotBe(before);
        var position = (await _agent.StatusAsync())["position"];

        var plan = await _agent.AskAsync($"undo {position}");
        (plan.Exit, plan.Error).ShouldSatisfyAllConditions(
            () => plan.Exit.ShouldBe(0, plan.Error),
            () => plan.Error.ShouldContain("`--yes` does it")
        );
        plan.Out.ShouldContain($"+++ before {position}");
        (await ExportAsync()).ShouldNotBe(before, "only shown");
        var undone = await _agent.AskAsync($"undo {position} --yes");

        undone.Exit.ShouldBe(0, undone.Error);
        (await ExportAsync()).ShouldBe(before);
        (await _agent.AskAsync("events -n 1")).Out.ShouldContain($"undo {position}");
        (await _agent.AskAsync($"undo {position} --yes")).Error.ShouldContain("no change");
    }

    [Test]
    public async Task AnUndoIsUndone()
    {
        await ApplyAsync(Rule);
        var changed = await ExportAsync();
        var position = (long)(await _agent.StatusAsync())["position"]!;
        (await _agent.AskAsync($"undo {position} --yes")).Exit.ShouldBe(0);

        (await _agent.AskAsync($"undo {position + 1} --yes")).Exit.ShouldBe(0);

        (await ExportAsync()).ShouldBe(changed);
    }

    [Test]
    public async Task WhatWasChangedAgainSinceIsNotUndone()
    {
        await ApplyAsync(Rule);
        var position = (await _agent.StatusAsync())["position"];
        await ApplyAsync(Base);
        await ApplyAsync("fabric: v1\ntenants: { t: { chains: { c: [ { name: r, proto: icmp, do: drop } ] } } }");

        var refused = await _agent.AskAsync($"undo {position} --yes");

        refused.Exit.ShouldBe(4);
        refused.Error.ShouldContain("chain 't/c' was changed again since");
        refused.Error.ShouldContain("FABRIC-3601");
    }

    [Test]
    public async Task WhatIsNeededByNowStaysAndWhoNeedsItIsNamed()
    {
        await ApplyAsync(Bridge);
        var position = (await _agent.StatusAsync())["position"];
        await ApplyAsync("fabric: v1\ntenants: { t: { bridges: { more: {} }, ports: { late: { on: more } } } }");

        var refused = await _agent.AskAsync($"undo {position} --yes");

        refused.Exit.ShouldNotBe(0);
        refused.Error.ShouldContain("late");
    }

    [TestCase("0", "FABRIC-3602", 3)]
    [TestCase("99999", "FABRIC-3602", 3)]
    [TestCase("yesterday", "FABRIC-3001", 2)]
    public async Task APositionThatIsNoneIsRefused(string position, string code, int exit)
    {
        var refused = await _agent.AskAsync($"undo {position}");
        (refused.Exit, refused.Error.Contains(code)).ShouldBe((exit, true), refused.Error);
    }

    [TestCase("\n", 0, true)]
    [TestCase("yes\n", 0, true)]
    [TestCase("no\n", 1, false)]
    [TestCase("", 1, false)]
    public async Task WhatIsTriedStaysOnlyIfSomebodySaysSo(string said, int exit, bool stays)
    {
        var before = await ExportAsync();
        var file = Path.Combine(_folder.FullName, "try.yaml");
        await File.WriteAllTextAsync(file, Bridge);

        var tried = await _agent.AskAsync($"try -f {file} --timeout 60", said);

        tried.Exit.ShouldBe(exit, tried.Error);
        ((await ExportAsync()) == before).ShouldBe(!stays, tried.Error);
        if (!stays)
            (await _agent.AskAsync("events -n 1")).Out.ShouldContain("tried at");
    }

    [Test]
    public async Task WhatIsTriedGoesAfterItsTime()
    {
        var before = await ExportAsync();
        var file = Path.Combine(_folder.FullName, "try.yaml");
        await File.WriteAllTextAsync(file, Bridge);
        using var silence = new SilentReader();
        var error = new StringWriter { NewLine = "\n" };

        var exit = await CommandLineHost.RunAsync(
            ["try", "-f", file, "--timeout", "0", "--socket", _agent.Socket],
            new Terminal(silence, TextWriter.Null, error),
            CancellationToken.None
        );

        exit.ShouldBe(6, $"{error}");
        (await ExportAsync()).ShouldBe(before);
    }

    /// <summary>Ctrl-C, and the end of a connection, which is told in the same way.</summary>
    [Test]
    public async Task WhatIsTriedGoesWhenItsSessionEnds()
    {
        using var silence = new SilentReader();
        using var stop = new CancellationTokenSource();
        var clock = new ManualTime();
        var waiting = ConfirmationPath.RunAsync(silence, TimeSpan.FromSeconds(10), clock, stop.Token);
        waiting.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        (await waiting).ShouldBe(Confirmation.Gone);
    }

    /// <summary>The connection of whoever tries it ends, or the command is told to.</summary>
    [TestCase(Libc.SIGTERM)]
    [TestCase(1, TestName = "WhatIsTriedGoesWhenItsProcessIsToldToEnd(SIGHUP)")]
    public async Task WhatIsTriedGoesWhenItsProcessIsToldToEnd(int signal)
    {
        var before = await ExportAsync();
        var file = Path.Combine(_folder.FullName, "try.yaml");
        await File.WriteAllTextAsync(file, Bridge);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"),
            ["try", "-f", file, "--timeout", "3600", "--socket", _agent.Socket]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = "";
        while (!said.Contains("Enter within", StringComparison.Ordinal))
            said += await process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException($"it ended: {said}");
        (await ExportAsync()).ShouldNotBe(before);

        Libc.kill(process.Id, signal).ShouldBe(0);

        (await process.StandardError.ReadToEndAsync()).ShouldContain("the session ended before anybody said that it may stay");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(1);
        (await ExportAsync()).ShouldBe(before);
    }

    private async Task ApplyAsync(string description, string option = "")
    {
        var applied = await _agent.AskAsync($"apply -f - {option}", description);
        applied.Exit.ShouldBe(0, applied.Error);
    }

    private async Task<string> ExportAsync() => (await _agent.AskAsync("export")).Out;

    /// <summary>Somebody who says nothing until the test is over.</summary>
    private sealed class SilentReader : TextReader
    {
        private readonly ManualResetEventSlim _over = new();

        public override string? ReadLine()
        {
            _over.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }
}
