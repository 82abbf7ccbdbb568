namespace Fabric.Agent.Dashboard;

/// <summary>One file of the pages.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Compressed">Its content, by gzip (RFC 1952).</param>
internal sealed record DashboardAsset(string Type, byte[] Compressed);
