using System.Diagnostics;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Completion;

namespace Fabric.Tests.Cli;

public class CompletionTest
{
    [TestCase("fabric sh", "show")]
    [TestCase("fabric show por", "ports")]
    [TestCase("fabric validate --f", "--file")]
    [TestCase("fabric simulate --st", "--stateless")]
    [TestCase("fabric show ports -o js", "json")]
    [TestCase("fabric version --so", "--socket")]
    [TestCase("fabric completion z", "zsh")]
    [TestCase("fabric top dr", "drops")]
    [TestCase("fabric man capt", "capture")]
    [TestCase("fabric add rou", "route router router-port")]
    [TestCase("fabric journal co", "copy")]
    [TestCase("fabric lab d", "demo down")]
    [TestCase("fabric lab up --datapath k", "kernel")]
    [TestCase("fabric apply --wait a", "agents")]
    [TestCase("fabric -o json show por", "ports")]
    public async Task BashCompletesAsTheCommandsAre(string line, string expected) => (await CompleteAsync(line)).ShouldBe(expected);

    [TestCase("fabric show ports lab/w", "lab/web1 lab/web2")]
    [TestCase("fabric capture lab/w", "lab/web1 lab/web2")]
    [TestCase("fabric capture lab/db1 lab/w", "lab/web1 lab/web2")]
    [TestCase("fabric attach --port lab/d", "lab/db1")]
    [TestCase("fabric del rule lab/", "lab/db-in/no-telnet")]
    [TestCase("fabric set port lab/d", "lab/db1")]
    [TestCase("fabric del host h", "h1 h2")]
    [TestCase("fabric drops --host h", "h1 h2")]
    [TestCase("fabric flows --host a", "all")]
    [TestCase("fabric actors --node h1", "h1")]
    [TestCase("fabric trace in_port=lab/d", "in_port=lab/db1")]
    [TestCase("fabric trace in_port = lab/d", "lab/db1")]
    [TestCase("fabric trace in_port =", "lab/db1 lab/web1 lab/web2")]
    public async Task NamesAreThoseOfTheNetwork(string line, string expected) => (await CompleteAsync(line)).ShouldBe(expected);

    [Test]
    public async Task EveryArgumentOfPortsOrHostsIsCompleted()
    {
        var root = CommandLineParser.All();
        var symbols = root.Subcommands.SelectMany(command => command.Options.Cast<System.CommandLine.Symbol>().Concat(command.Arguments));
        var hosts = symbols.OfType<System.CommandLine.Option>().Where(option => option.HelpName == "HOSTS").ToArray();

        hosts.Length.ShouldBeGreaterThan(4);
        hosts.ShouldAllBe(option => LiveNames.Of(option) == LiveNames.Hosts);
        symbols
            .Where(symbol => symbol.Name is "port" or "--port" && LiveNames.Of(symbol) is null)
            .Count()
            .ShouldBe(1, "that of the dashboard");
        var script = (await Shell.RunAsync("completion fish")).Out;
        script.ShouldContain("complete -c fabric -n '__fish_seen_subcommand_from drops' -l host -x -a 'all (__fabric_names hosts)'");
        script.ShouldContain("complete -c fabric -n '__fish_seen_subcommand_from trace' -a 'in_port=(__fabric_names ports)'");
        script.ShouldContain("complete -c fabric -n '__fish_seen_subcommand_from del' -a '(__fabric_names (commandline -opc)[3])'");
    }

    [Test]
    public async Task ZshTakesTheSameThroughBashcompinit() =>
        (await Shell.RunAsync("completion zsh")).Out.ShouldStartWith("autoload -U +X bashcompinit && bashcompinit\n_fabric_names()");

    [Test]
    public async Task FishIsToldEveryCommand()
    {
        var script = (await Shell.RunAsync("completion fish")).Out;

        script.ShouldContain("complete -c fabric -n __fish_use_subcommand -a simulate -d ");
        script.ShouldContain("complete -c fabric -n '__fish_seen_subcommand_from simulate' -s p -l packets -r -F");
    }

    /// <summary>What bash offers for the last word, where the network is a small one.</summary>
    private static async Task<string> CompleteAsync(string line)
    {
        const string Agent = """
            fabric() {
                case "$*" in
                    "show ports -o name"|"show port -o name") printf 'port/%s\n' lab/db1 lab/web1 lab/web2 ;;
                    "show hosts -o name"|"show host -o name") printf 'host/%s\n' h1 h2 ;;
                    "show rule -o name") echo rule/lab/db-in/no-telnet ;;
                    *) echo "fabric $* was not expected" ;;
                esac
            }
            """;
        var script = (await Shell.RunAsync("completion bash")).Out;
        var words = line.Split(' ');
        var drive = $"{script}\n{Agent}\nCOMP_WORDS=({line})\nCOMP_CWORD={words.Length - 1}\n_fabric\necho \"${{COMPREPLY[*]}}\"\n";
        return (await BashAsync(drive)).TrimEnd('\n');
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
