using Fabric.Agent.Cli;
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
            var pages = Directory.GetFiles(Path.Combine(folder.FullName, "man1")).Order().ToArray();
            pages.Length.ShouldBe(CommandLineParser.All().Subcommands.Count + 1);
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
