namespace Fabric.Agent.FlowTable;

/// <summary>Compares cohorts by what their flows rest on.</summary>
internal sealed class FlowCohortComparer : IEqualityComparer<FlowCohort>, IAlternateEqualityComparer<FlowCohortProbe, FlowCohort>
{
    public bool Equals(FlowCohort? left, FlowCohort? right) => ReferenceEquals(left, right);

    public int GetHashCode(FlowCohort cohort) => cohort.GetHashCode();

    public bool Equals(FlowCohortProbe probe, FlowCohort cohort) => cohort.Is(probe);

    public int GetHashCode(FlowCohortProbe probe) => probe.GetHashCode();

    public FlowCohort Create(FlowCohortProbe probe) => new(probe);
}
