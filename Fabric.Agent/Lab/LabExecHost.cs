using System.Diagnostics;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;

namespace Fabric.Agent.Lab;

/// <summary>Runs commands as the stations of a lab, or as its hosts.</summary>
internal static unsafe class LabExecHost
{
    /// <summary>Becomes a command in the namespace of a station or host, with this process's terminal and environment; returns only by an exception.</summary>
    /// <param name="name">The lab.</param>
    /// <param name="place">The station's port, without its tenant, or a host of a wide lab.</param>
    /// <param name="words">The command, found by PATH, and its arguments.</param>
    /// <exception cref="FabricException">The lab has no such station, there is no such command, or the privilege is missing.</exception>
    public static void Become(LabName name, string place, IReadOnlyList<string> words)
    {
        var places = NetworkNamespace
            .List()
            .Where(known => known.StartsWith(name.Prefix, StringComparison.Ordinal))
            .Select(known => known[name.Prefix.Length..])
            .ToArray();
        if (!places.Contains(place))
            throw NoPlace(name, place, places);
        try
        {
            NetworkNamespace.Run(
                name.Prefix + place,
                () =>
                {
                    using var arguments = new TextVector(words);
                    // .NET ignores it, and what is ignored stays so in the new program.
                    Libc.signal(Libc.SIGPIPE, Libc.DefaultHandler);
                    Libc.Check(Libc.execvp(words[0], arguments.Pointer), $"run {words[0]}");
                }
            );
        }
        catch (LinuxException failure)
        {
            throw LabErrors.Of(failure);
        }
        throw new UnreachableException("a program that has become another does not go on");
    }

    private static FabricException NoPlace(LabName name, string place, string[] places)
    {
        if (places.Length == 0)
            return new FabricException(LabErrors.NoNamespace, $"there is no lab '{name}'", remedy: "`sudo fabric lab up` brings one up");
        var nearest = NearestWord.Find(place, places);
        return new FabricException(
            LabErrors.NoNamespace,
            $"lab '{name}' has no station '{place}'",
            $"it has {string.Join(", ", places.Order(StringComparer.Ordinal))}",
            nearest is null ? null : $"did you mean '{nearest}'?"
        );
    }
}
