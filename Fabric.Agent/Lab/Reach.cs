using Fabric.Addresses;

namespace Fabric.Agent.Lab;

/// <summary>Whether one station reached another by ping.</summary>
/// <param name="From">The one.</param>
/// <param name="To">The other.</param>
/// <param name="Family">The version of IP.</param>
/// <param name="RoundTrip">The quickest ping once the way was known; null if none was answered.</param>
public sealed record Reach(Guest From, Guest To, IpFamily Family, TimeSpan? RoundTrip);
