using Fabric.Agent.Description.Expectations;

namespace Fabric.Agent.Cli.Trials;

/// <summary>What came of an assertion, or of one version of it.</summary>
/// <param name="Expectation">The assertion.</param>
/// <param name="Asked">What was tried, in words: shop/web1 -> shop/db1, TCP 23 over IPv4.</param>
/// <param name="Holds">It is so.</param>
/// <param name="Found">How it ended, in words: delivered, dropped, rejected.</param>
/// <param name="Why">Why it ended so, in one sentence.</param>
internal sealed record ExpectationOutcome(Expectation Expectation, string Asked, bool Holds, string Found, string Why);
