using System.Collections.Immutable;

namespace Fabric.Simulation;

/// <summary>Conditions as a tree of checks, evaluated from left to right and no further than needed.</summary>
internal abstract record RuleExpression
{
    private RuleExpression() { }

    /// <summary>Always met.</summary>
    public static RuleExpression Always { get; } = new All([]);

    /// <summary>Never met.</summary>
    public static RuleExpression Never { get; } = new Not(Always);

    /// <summary>Writes code that goes to one place when met and to another when not.</summary>
    public abstract void Emit(ChainAssembler code, ChainLabel met, ChainLabel unmet);

    /// <summary>The negation, if so.</summary>
    public RuleExpression NegatedIf(bool isNegated) => isNegated ? new Not(this) : this;

    /// <summary>One check.</summary>
    public sealed record Check(RuleCheck Value) : RuleExpression
    {
        /// <inheritdoc/>
        public override void Emit(ChainAssembler code, ChainLabel met, ChainLabel unmet) => code.Ask(Value, met, unmet);
    }

    /// <summary>The negation.</summary>
    public sealed record Not(RuleExpression Inner) : RuleExpression
    {
        /// <inheritdoc/>
        public override void Emit(ChainAssembler code, ChainLabel met, ChainLabel unmet) => Inner.Emit(code, unmet, met);
    }

    /// <summary>Met when all are.</summary>
    public sealed record All(ImmutableArray<RuleExpression> Parts) : RuleExpression
    {
        /// <inheritdoc/>
        public override void Emit(ChainAssembler code, ChainLabel met, ChainLabel unmet)
        {
            foreach (var part in Parts)
            {
                var next = new ChainLabel();
                part.Emit(code, next, unmet);
                code.Place(next);
            }
            code.Go(met);
        }
    }
}
