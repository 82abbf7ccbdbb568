using Fabric.Connections;
using Fabric.Simulation;

namespace Fabric.Tests.Connections;

/// <summary>What an agent does with what first fragments tell, for tables without one.</summary>
internal static class RememberedFragments
{
    /// <summary>Remembers what a simulation was told.</summary>
    public static void Remember(this FragmentTable table, SimulationScratch decided, TimeSpan now)
    {
        foreach (ref readonly var effect in decided.Effects.Span)
        {
            if (effect.Kind == EffectKind.TellFragment)
                table.Remember(effect.Fragment, effect.Head, now);
        }
    }
}
