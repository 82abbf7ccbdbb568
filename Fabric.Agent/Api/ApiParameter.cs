namespace Fabric.Agent.Api;

/// <summary>Something that may stand in the query of a call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">integer or string.</param>
/// <param name="Summary">What it means.</param>
/// <param name="IsRequired">The call is refused without.</param>
internal sealed record ApiParameter(string Name, string Type, string Summary, bool IsRequired = false);
