using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A chain's conditions as a flat list of checks, compiled when the first packet meets the chain.</summary>
/// <remarks>Immutable; any thread. Where to go is the index of a check, or the complement of the index of a rule that is matched; the complement of the number of rules is the end.</remarks>
internal sealed class ChainProgram
{
    /// <summary>Versions of one rule's code, at most.</summary>
    private const int MaxStatesPerRule = 32;

    /// <summary>Versions of the code of all rules of a chain, at most, but two for each: they cost memory, and time to compile.</summary>
    private const int MaxStates = 8_000;

    private readonly ImmutableArray<Rule> _rules;
    private readonly ChainCheck[] _checks;
    private readonly int[] _entries;

    private ChainProgram(ImmutableArray<Rule> rules)
    {
        _rules = rules;
        var compiler = new RuleCompiler();
        var assembler = new ChainAssembler();
        var labels = Assemble(rules, compiler, assembler);
        _checks = assembler.Finish();
        Runs = ChainRun.Take(_checks);
        _entries = [.. labels.Select(label => label.Target)];
        PortLists = compiler.PortLists;
        Prefixes = compiler.Prefixes;
        AsksConnections = rules.Any(rule => rule.Match.AsksConnections);
        Jumps = [.. rules.Select(rule => rule.JumpTo).OfType<ChainId>().Distinct()];
    }

    /// <summary>Some rule asks what a packet is to its connection.</summary>
    public bool AsksConnections { get; }

    /// <summary>The chains that rules jump to.</summary>
    public ChainId[] Jumps { get; }

    /// <summary>Searches that checks name by index.</summary>
    public ChainRun[] Runs { get; }

    /// <summary>Lists of ports, in the order of their ids, that checks name by index.</summary>
    public ulong[][] PortLists { get; }

    /// <summary>Prefixes that checks name by index.</summary>
    public IpPrefix[] Prefixes { get; }

    /// <summary>The checks.</summary>
    public ReadOnlySpan<ChainCheck> Checks => _checks;

    /// <summary>Where the conditions of each rule start, and the end.</summary>
    public ReadOnlySpan<int> Entries => _entries;

    /// <summary>The program of a chain, compiled if it was not.</summary>
    public static ChainProgram Of(Chain chain)
    {
        // A copy of a chain may carry the program of other rules with it. Threads that race here make the same.
        var cached = Unsafe.As<ChainProgram?>(chain.Compiled);
        if (cached is not null && cached._rules == chain.Rules)
            return cached;
        var compiled = new ChainProgram(chain.Rules);
        chain.Compiled = compiled;
        return compiled;
    }

    /// <summary>Writes the code of all rules.</summary>
    /// <returns>Where to start, where to go on after each rule that lets packets go on, and the end.</returns>
    private static ChainLabel[] Assemble(ImmutableArray<Rule> rules, RuleCompiler compiler, ChainAssembler assembler)
    {
        var entries = new ChainLabel[rules.Length + 1];
        var statesPerRule = Math.Clamp(MaxStates / entries.Length, 2, MaxStatesPerRule);
        var here = new ChainStates(statesPerRule);
        entries[0] = here.Ignorant;
        for (var i = 0; i < rules.Length; i++)
        {
            var next = new ChainStates(statesPerRule);
            // After an action nothing is known: it may have rewritten the packet.
            entries[i + 1] = GoesOn(rules[i].Action) ? next.Ignorant : new ChainLabel();
            var matched = new ChainLabel();
            matched.Bind(~i);
            var conditions = compiler.Compile(rules[i].Match);
            foreach (var state in here.All)
            {
                assembler.Place(state);
                conditions.Emit(assembler, matched, next);
            }
            here = next;
        }
        foreach (var state in here.All)
            state.Bind(~rules.Length);
        return entries;
    }

    /// <summary>After the action the next rule may be tried.</summary>
    private static bool GoesOn(RuleAction action) =>
        action is not (RuleAction.Accept or RuleAction.Drop or RuleAction.Reject or RuleAction.Return);
}
