using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>A chain's conditions as a flat list of checks, compiled when the first packet meets the chain.</summary>
/// <remarks>Immutable; any thread. Where to go is the index of a check, or the complement of the index of a rule that is matched; the complement of the number of rules is the end.</remarks>
internal sealed class ChainProgram
{
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
    }

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

    private static ChainLabel[] Assemble(ImmutableArray<Rule> rules, RuleCompiler compiler, ChainAssembler assembler)
    {
        var labels = new ChainLabel[rules.Length + 1];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = new ChainLabel();
        for (var i = 0; i < rules.Length; i++)
        {
            // After an action nothing is known: it may have rewritten the packet.
            labels[i].Reach([]);
            assembler.Place(labels[i]);
            var matched = new ChainLabel();
            matched.Bind(~i);
            compiler.Compile(rules[i].Match).Emit(assembler, matched, labels[i + 1]);
        }
        labels[rules.Length].Bind(~rules.Length);
        return labels;
    }
}
