using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Fabric.Agent.Errors;
using Fabric.Flows;

namespace Fabric.Agent.Cli;

/// <summary>`fabric man`.</summary>
internal sealed class ManCommand : CliCommand
{
    private readonly Argument<string?> _command = new("command")
    {
        Description = "The command whose page is wanted, or fabric.yaml; all of Fabric if left out.",
        HelpName = "COMMAND",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _folder = new("--install")
    {
        Description = "Writes all pages into this folder's man1 and man5, such as /usr/local/share/man.",
        HelpName = "PATH",
    };

    /// <inheritdoc/>
    public override string Summary => "Prints a manual page, or installs all of them.";

    /// <inheritdoc/>
    public override string Details => "fabric man trace | man -l -, sudo fabric man --install /usr/local/share/man, then: man fabric-trace";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _command.CompletionSources.Add(_ => CommandCatalog.Names.Append(ManPage.Description).Select(name => new CompletionItem(name)));
        command.Arguments.Add(_command);
        command.Options.Add(_folder);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var root = CommandLineParser.All();
        var pages = root
            .Subcommands.Select(command => (Name: $"fabric-{command.Name}", Text: ManPage.Of(command)))
            .Prepend((Name: "fabric", Text: ManPage.Of(root)))
            .Append((Name: ManPage.Description, Text: ManPage.OfDescription()))
            .ToList();
        if (call.Line.GetValue(_folder) is { } folder)
        {
            await InstallAsync(folder, pages, call);
            return ExitCode.Ok;
        }
        var wanted = call.Line.GetValue(_command);
        var page = pages
            .FirstOrDefault(page => page.Name == (wanted is null or ManPage.Description ? wanted ?? "fabric" : $"fabric-{wanted}"))
            .Text;
        call.Terminal.Out.Write(page ?? throw Unknown(wanted!, root));
        return ExitCode.Ok;
    }

    private static async Task InstallAsync(string folder, IReadOnlyList<(string Name, string Text)> pages, CommandCall call)
    {
        var target = folder;
        try
        {
            foreach (var (name, text) in pages)
            {
                var section = name == ManPage.Description ? 5 : 1;
                target = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"man{section}"));
                Directory.CreateDirectory(target);
                await File.WriteAllTextAsync(
                    Path.Combine(target, string.Create(CultureInfo.InvariantCulture, $"{name}.{section}")),
                    text,
                    call.Cancellation
                );
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FabricException(CliErrors.Unwritable, $"the pages cannot be written to {target}", refused.Message);
        }
        call.Note($"{pages.Count} pages in {Path.Combine(folder, "man1")} and man5");
    }

    private static FabricException Unknown(string name, RootCommand root)
    {
        var nearest = NearestWord.Find(name, root.Subcommands.Select(command => command.Name));
        return new FabricException(
            CliErrors.NotFound,
            $"there is no command '{name}'",
            remedy: nearest is null ? null : $"did you mean '{nearest}'?"
        );
    }
}
