using System.CommandLine;
using System.Globalization;
using System.Text;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Writes manual pages, made of the commands as they are, in the macros of man(7).</summary>
internal static class ManPage
{
    private static readonly (ExitCode Code, string Meaning)[] s_exits =
    [
        (ExitCode.Ok, "done"),
        (ExitCode.Failed, "not done, or the answer is no"),
        (ExitCode.Usage, "the command line is not understood"),
        (ExitCode.NotFound, "something that was named does not exist"),
        (ExitCode.Conflict, "something else has it, or changed it meanwhile"),
        (ExitCode.Unreachable, "the agent or the journal cannot be reached"),
        (ExitCode.TimedOut, "waited for something that did not happen in time"),
        (ExitCode.NotInForce, "stored, but not in force yet"),
    ];

    /// <summary>What the page of descriptions is called.</summary>
    public const string Description = "fabric.yaml";

    /// <summary>The page of all commands, fabric(1).</summary>
    public static string Of(RootCommand root)
    {
        var page = Begin("fabric", root.Description ?? "");
        Section(page, "SYNOPSIS");
        page.Append(".B fabric\n.I COMMAND\n[\\fIOPTION\\fR ...]\n");
        Section(page, "COMMANDS");
        foreach (var command in root.Subcommands)
            page.Append(
                CultureInfo.InvariantCulture,
                $".TP\n.BR fabric\\-{Text(command.Name)} (1)\n{Text(FirstLine(command.Description))}\n"
            );
        Section(page, "OPTIONS OF EVERY COMMAND");
        foreach (var option in root.Options.Where(option => option is { Recursive: true, Hidden: false }))
            Append(page, option);
        Section(page, "EXIT STATUS");
        foreach (var (code, meaning) in s_exits)
            page.Append(CultureInfo.InvariantCulture, $".TP\n.B {(int)code}\n{Text(meaning)}\n");
        page.Append(".TP\n.B 130\nended by Ctrl\\-C\n");
        Section(page, "ENVIRONMENT");
        page.Append(".TP\n.B FABRIC_SOCKET\nThe agent's socket, if \\-\\-socket does not name it.\n");
        page.Append(".TP\n.B NO_COLOR\nIf set to anything, output is without colours and lines.\n");
        Section(page, "SEE ALSO");
        page.Append(".BR fabric.yaml (5)\n");
        return page.ToString();
    }

    /// <summary>The page of one command, fabric-NAME(1).</summary>
    public static string Of(Command command)
    {
        var page = Begin($"fabric-{command.Name}", FirstLine(command.Description));
        Section(page, "SYNOPSIS");
        page.Append(CultureInfo.InvariantCulture, $".B fabric {Text(command.Name)}\n");
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
            page.Append(CultureInfo.InvariantCulture, $"{Synopsis(argument)}\n");
        page.Append("[\\fIOPTION\\fR ...]\n");
        Section(page, "DESCRIPTION");
        page.Append(Text((command.Description ?? "").Replace("\n\n", "\n.PP\n"), keepsMacros: true)).Append('\n');
        if (command.Arguments.Count > 0)
        {
            Section(page, "ARGUMENTS");
            foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
                page.Append(CultureInfo.InvariantCulture, $".TP\n.I {Text(NameOf(argument))}\n{Text(argument.Description ?? "")}\n");
        }
        if (command.Options.Any(option => !option.Hidden))
        {
            Section(page, "OPTIONS");
            foreach (var option in command.Options.Where(option => !option.Hidden))
                Append(page, option);
        }
        Section(page, "SEE ALSO");
        page.Append(".BR fabric (1)\n");
        return page.ToString();
    }

    /// <summary>The page of descriptions, fabric.yaml(5): every sort of map with its keys, as the parser reads them.</summary>
    public static string OfDescription()
    {
        var page = Begin(Description, "describes a virtual network", section: 5);
        Section(page, "SYNOPSIS");
        page.Append(".nf\n");
        foreach (
            var line in (string[])
                [
                    "fabric: v1",
                    "hosts: { a: {} }",
                    "tenants:",
                    "  shop:",
                    "    bridges: { web: {} }",
                    "    ports: { web1: { on: web, host: a } }",
                ]
        )
            page.Append(CultureInfo.InvariantCulture, $"{Text(line)}\n");
        page.Append(".fi\n");
        Section(page, "DESCRIPTION");
        page.Append(
            "A file in YAML that says what there is in a network: hosts, and for each tenant bridges, routers, ports, chains of rules, sets and groups, each under its name.\n"
        );
        page.Append(
            ".B fabric apply \\-f\n.I FILE\nmakes the network so, all of it or nothing;\n.B fabric validate\nchecks a file without touching anything.\n"
        );
        foreach (var shape in ShapeText.All)
        {
            Section(page, shape.Name.ToUpperInvariant());
            page.Append(CultureInfo.InvariantCulture, $"{Text(shape.Text)}\n");
            foreach (var key in shape.Keys)
                page.Append(
                    CultureInfo.InvariantCulture,
                    $".TP\n.B {Text(key.Name)}\n{Text(key.Text)}\n.br\nValue: {Text(ShapeText.ValueText(key))}.\n{(key.IsRequired ? "Required." : $"Default: {Text(key.Default)}.")}\n"
                );
        }
        Section(page, "SEE ALSO");
        page.Append(".BR fabric (1),\n.BR fabric\\-apply (1),\n.BR fabric\\-validate (1),\n.BR fabric\\-explain (1)\n");
        return page.ToString();
    }

    private static StringBuilder Begin(string name, string summary, int section = 1)
    {
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $".TH {Text(name.ToUpperInvariant())} {section} \"\" \"Fabric {VersionCommand.Version}\" \"Fabric\"\n"
        );
        Section(page, "NAME");
        page.Append(CultureInfo.InvariantCulture, $"{Text(name)} \\- {Text(summary.TrimEnd('.'))}\n");
        return page;
    }

    private static void Section(StringBuilder page, string title) => page.Append(CultureInfo.InvariantCulture, $".SH {title}\n");

    private static void Append(StringBuilder page, Option option)
    {
        var names = option.Aliases.Append(option.Name).Distinct().OrderBy(name => name.Length).Select(name => $"\\fB{Text(name)}\\fR");
        var value = option.ValueType == typeof(bool) ? "" : $" \\fI{Text(option.HelpName ?? "VALUE")}\\fR";
        page.Append(CultureInfo.InvariantCulture, $".TP\n{string.Join(", ", names)}{value}\n{Text(option.Description ?? "")}\n");
    }

    private static string Synopsis(Argument argument)
    {
        var name = $"\\fI{Text(NameOf(argument))}\\fR" + (argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string NameOf(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    private static string FirstLine(string? text) => (text ?? "").Split('\n')[0];

    /// <summary>Text that man(7) shows as it is: no line of it is a macro, and hyphens can be copied.</summary>
    private static string Text(string text, bool keepsMacros = false)
    {
        var escaped = text.Replace("\\", "\\e").Replace("-", "\\-");
        return string.Join(
            '\n',
            escaped.Split('\n').Select(line => line is ['.' or '\'', ..] && !(keepsMacros && line == ".PP") ? $"\\&{line}" : line)
        );
    }
}
