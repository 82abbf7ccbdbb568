using System.CommandLine;
using System.CommandLine.Completions;

namespace Fabric.Agent.Cli.Completion;

/// <summary>Names that the shell asks the agent for while a line is completed. Arguments and options that take such names say so by adding one as a source of completions.</summary>
/// <remarks>Within the process they tell nothing: only the scripts look for them.</remarks>
internal static class LiveNames
{
    /// <summary>Names of ports.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Ports { get; } = Make();

    /// <summary>Names of hosts.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Hosts { get; } = Make();

    /// <summary>Names of the kind that is the first argument.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> OfKind { get; } = Make();

    /// <summary>The beginning of a packet: in_port= and the name of a port.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Packets { get; } = Make();

    /// <summary>What an argument or option takes; null if it takes no such names.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>>? Of(Symbol symbol) =>
        symbol switch
        {
            Argument argument => argument.CompletionSources.FirstOrDefault(IsLive),
            Option option => option.CompletionSources.FirstOrDefault(IsLive),
            _ => null,
        };

    private static bool IsLive(Func<CompletionContext, IEnumerable<CompletionItem>> source) =>
        source == Ports || source == Hosts || source == OfKind || source == Packets;

    // A delegate of its own each.
    private static Func<CompletionContext, IEnumerable<CompletionItem>> Make()
    {
        CompletionItem[] nothing = [];
        return _ => nothing;
    }
}
