using Fabric.Agent.Cli;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Host;
using Fabric.Tests.Live;

namespace Fabric.Tests.Cli;

/// <summary>Manual pages are made of the commands, and man takes them without a complaint.</summary>
public class ManPageTest
{
    [Test]
    public async Task EveryCommandHasItsPageWithAllItsOptions()
    {
        var all = (await Shell.RunAsync("man")).Out;
        foreach (var command in CommandLineParser.All().Subcommands)
        {
            all.ShouldContain($".BR fabric\\-{command.Name} (1)\n");
            var page = await Shell.RunAsync($"man {command.Name}");
            page.Exit.ShouldBe(0, page.Error);
            page.Out.ShouldStartWith($".TH FABRIC\\-{command.Name.ToUpperInvariant()} 1 ");
            foreach (var option in command.Options.Where(option => !option.Hidden))
                page.Out.ShouldContain($"\\fB{option.Name.Replace("-", "\\-")}\\fR", Case.Sensitive, command.Name);
        }
    }

    /// <summary>The page of descriptions has every key that the parser takes.</summary>
    [Test]
    public async Task DescriptionsHaveTheirPageWithAllKeys()
    {
        var page = (await Shell.RunAsync("man fabric.yaml")).Out;

        page.ShouldStartWith(".TH FABRIC.YAML 5 ");
        foreach (var shape in ShapeText.All)
        {
            var section = page[page.IndexOf($".SH {shape.Name.ToUpperInvariant()}\n", StringComparison.Ordinal)..];
            section = section[..section.IndexOf("\n.SH ", 4, StringComparison.Ordinal)];
            foreach (var key in shape.Keys)
                section.ShouldContain($".TP\n.B {key.Name.Replace("-", "\\-")}\n", Case.Sensitive, shape.Name);
        }
        (await Shell.RunAsync("man")).Out.ShouldContain(".BR fabric.yaml (5)");
    }

    [Test]
    public async Task APageThatThereIsNotIsNotFoundAndTheNearestIsNamed()
    {
        var page = await Shell.RunAsync("man trase");
        (page.Exit, page.Error.Contains("did you mean 'trace'?")).ShouldBe((3, true), page.Error);
    }

    [Test]
    public async Task AllPagesAreInstalledAndGroffFindsNothingWrong()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-man-");
        try
        {
            (await Shell.RunAsync($"man --install {folder.FullName}")).Exit.ShouldBe(0);
            string[] pages =
            [
                .. Directory.GetFiles(Path.Combine(folder.FullName, "man1")).Order(),
                Path.Combine(folder.FullName, "man5", "fabric.yaml.5"),
            ];
            pages.Length.ShouldBe(CommandLineParser.All().Subcommands.Count + 2);
            if (!File.Exists("/usr/bin/groff"))
                Assert.Ignore("no groff here: apt-get install groff-base");
            var read = HostProcess.Run(LiveTest.Patience, null, "groff", ["-man", "-Tutf8", "-ww", "-z", .. pages]);
            (read.ExitCode, read.Error).ShouldBe((0, ""));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
