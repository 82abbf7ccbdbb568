using System.Diagnostics;

namespace Fabric.Tests.Cli;

public class CompletionTest
{
    [TestCase("fabric sh", "show")]
    [TestCase("fabric show po", "ports")]
    [TestCase("fabric validate --f", "--file")]
    [TestCase("fabric simulate --st", "--stateless")]
    [TestCase("fabric show ports -o js", "json")]
    [TestCase("fabric version --so", "--socket")]
    [TestCase("fabric completion z", "zsh")]
    [TestCase("fabric top dr", "drops")]
    [TestCase("fabric man capt", "capture")]
    [TestCase("fabric add rou", "router router-port route")]
    public async Task BashCompletesAsTheCommandsAre(string line, string expected)
    {
        var script = (await Shell.RunAsync("completion bash")).Out;
        var words = line.Split(' ');
        var drive = $"{script}\nCOMP_WORDS=({line})\nCOMP_CWORD={words.Length - 1}\n_fabric\necho \"${{COMPREPLY[*]}}\"\n";

        (await BashAsync(drive)).ShouldBe(expected + "\n");
    }

    [Test]
    public async Task ZshTakesTheSameThroughBashcompinit() =>
        (await Shell.RunAsync("completion zsh")).Out.ShouldStartWith("autoload -U +X bashcompinit && bashcompinit\n_fabric()");

    [Test]
    public async Task FishIsToldEveryCommand()
    {
        var script = (await Shell.RunAsync("completion fish")).Out;

        script.ShouldContain("complete -c fabric -n __fish_use_subcommand -a simulate -d ");
        script.ShouldContain("complete -c fabric -n '__fish_seen_subcommand_from simulate' -s p -l packets -r -F");
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output;
    }
}
