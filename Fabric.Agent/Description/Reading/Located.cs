using Fabric.Agent.Errors;

namespace Fabric.Agent.Description.Reading;

/// <summary>A value and where it was written.</summary>
internal readonly record struct Located<T>(T Value, SourcePosition At);
