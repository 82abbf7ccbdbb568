namespace Fabric.Agent.Lab;

/// <summary>What was removed when a lab was taken down.</summary>
/// <param name="Processes">Agents that were ended.</param>
/// <param name="Interfaces">Interfaces of the host.</param>
/// <param name="Namespaces">Network namespaces.</param>
public sealed record LabRemains(int Processes, int Interfaces, int Namespaces);
