using System.Text.RegularExpressions;

namespace Fabric.Tests.Guards;

/// <summary>In the shells, what waits, locks or does I/O is known by its name; everything else is plain.</summary>
public partial class ShellSuffixTest
{
    private static readonly Dictionary<string, string> s_excepted = new()
    {
        ["Program"] = "the entry point",
        ["Libc"] = "the calls of the C library, each a line; Host/ and the sockets call them",
        ["NetworkNamespace"] = "a namespace is a file and a thread's state; the name is the field's",
        ["NamespaceMount"] = "the folder that namespaces are mounted in",
        ["HostProcess"] = "a process of the host, started and waited for; named for what it is",
        ["UpcallInbox"] = "the lock of one small list, between the replica's thread and an upcall thread",
        ["LearnedTable"] = "the lock of what the upcall threads of a host learn together, held for a few dictionary accesses",
        ["LabClock"] = "asks once when the process began",
        ["ServiceNotice"] = "one datagram to the service manager",
    };

    private static IEnumerable<(string Type, string Method, string Callee)> Calls =>
        new[] { "Fabric.Topology.dll", "Fabric.Agent.dll", "Fabric.Akka.dll" }
            .Select(name => Path.Combine(TestContext.CurrentContext.TestDirectory, name))
            .Where(File.Exists)
            .SelectMany(MethodCalls.Of);

    [Test]
    public void Only_types_named_for_it_wait_lock_or_do_io()
    {
        var broken =
            from call in Calls
            where !IsNamedForIt(call.Type) && !s_excepted.ContainsKey(call.Type)
            where What().Match(call.Callee) is { Success: true }
            select $"{Where(call.Type)}: {call.Type}.{call.Method} calls {call.Callee}";
        Guard.Holds(
            "Waiting, locking and I/O are for types named *Host *Path *Actor *Loop *Session *Endpoint *Command *Socket *Journal *Hive *Runner.",
            broken
        );
    }

    [Test]
    public void Exceptions_are_few() => s_excepted.Count.ShouldBeLessThanOrEqualTo(12, "a long list of exceptions is no rule");

    [Test]
    public void Instructions_are_read()
    {
        // A reader that lost its way would find nothing, and the rule would hold for ever.
        var callees = Calls.Where(call => call.Type == "NetworkNamespace").Select(call => call.Callee).ToList();
        callees.ShouldContain("System.IO.File.Delete");
        Calls.Count(call => What().IsMatch(call.Callee)).ShouldBeGreaterThan(50);
    }

    private static bool IsNamedForIt(string type) => Suffix().IsMatch(type);

    private static string Where(string type) =>
        SourceTree.Shipped.FirstOrDefault(file => Path.GetFileName(file.Path).Split('.')[0] == type)?.Path ?? "generated";

    [GeneratedRegex("(Host|Path|Actor|Loop|Session|Endpoint|Command|Socket|Journal|Hive|Runner)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(
        @"^(native\.|System\.Threading\.(Monitor|Lock|SemaphoreSlim|ManualResetEventSlim|Thread)\.(?!get_)"
            + @"|System\.Runtime\.CompilerServices\.Async\w*MethodBuilder\w*\.(Create|Start)"
            + @"|System\.IO\.(File|Directory|FileStream|FileInfo|DirectoryInfo)\.|System\.Diagnostics\.Process\."
            + @"|System\.Net\.(Sockets\.Socket|Http\.HttpClient)\.|Microsoft\.Data\.Sqlite\.Sqlite(Connection|Command)\."
            + @"|Npgsql\.Npgsql(Connection|Command|Batch)\.|System\.Data\.Common\.Db(Connection|Command|DataReader)\.)"
    )]
    private static partial Regex What();
}
