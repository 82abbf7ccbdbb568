namespace Fabric.Devices;

/// <summary>One condition and whether it is negated.</summary>
/// <typeparam name="T">What is compared with.</typeparam>
/// <param name="Value">What is compared with.</param>
/// <param name="IsNegated">The condition is met when the comparison fails.</param>
public readonly record struct Test<T>(T Value, bool IsNegated = false);
