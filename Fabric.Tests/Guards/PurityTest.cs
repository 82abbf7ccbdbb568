using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Fabric.Tests.Guards;

/// <summary>The core decides and never waits: it has no clock, no thread, no file, no socket and no chance.</summary>
/// <remarks>
/// The analyzer refuses what the source names, while it is typed; this looks at what the compiler made of it, so also at what <c>lock</c>, <c>async</c>
/// and <c>using</c> stand for. One list serves both: Fabric/BannedSymbols.txt.
/// </remarks>
public class PurityTest
{
    private static readonly string[][] s_banned =
    [
        .. SourceTree
            .Find("Fabric/BannedSymbols.txt")
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(';')[0].Split(':')),
    ];

    [Test]
    public void The_core_refers_to_nothing_that_is_banned()
    {
        using var file = new PEReader(File.OpenRead(typeof(Fabric.Simulation.Simulator).Assembly.Location));
        var reader = file.GetMetadataReader();
        var broken =
            from handle in reader.MemberReferences
            let member = reader.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            let type = reader.GetTypeReference((TypeReferenceHandle)member.Parent)
            let names = (
                Namespace: reader.GetString(type.Namespace),
                Type: reader.GetString(type.Name),
                Member: reader.GetString(member.Name)
            )
            where IsBanned(names.Namespace, names.Type, names.Member)
            select $"Fabric.dll: {names.Namespace}.{names.Type}.{names.Member}";
        Guard.Holds(
            "Fabric is pure; what it needs from the world is an argument, what it wishes is an Effect (docs/decisions/0009).",
            broken
        );
    }

    [TestCase("System.Threading", "Monitor", "Enter")]
    [TestCase("System.Threading.Tasks", "Task", "Run")]
    [TestCase("System", "Guid", "NewGuid")]
    [TestCase("System", "DateTimeOffset", "get_UtcNow")]
    [TestCase("System", "Environment", "get_TickCount64")]
    [TestCase("System.IO", "File", "ReadAllText")]
    [TestCase("System.Net.Sockets", "Socket", "Send")]
    public void The_list_names_what_a_core_must_not_do(string space, string type, string member) =>
        IsBanned(space, type, member).ShouldBeTrue();

    [Test]
    public void The_analyzer_of_the_core_is_on()
    {
        var project = XDocument.Parse(SourceTree.Find("Fabric/Fabric.csproj").Text);
        project.Descendants("AdditionalFiles").Select(item => (string?)item.Attribute("Include")).ShouldContain("BannedSymbols.txt");
        project
            .Descendants("PackageReference")
            .Select(item => (string?)item.Attribute("Include"))
            .ShouldContain("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        project.Descendants("RunAnalyzers").Select(item => item.Value).ShouldBe(["true"]);
        project.Descendants("WarningsAsErrors").Single().Value.ShouldContain("RS0030");
    }

    private static bool IsBanned(string space, string type, string member)
    {
        // What the compiler asks in an iterator, to know whether it may be reused.
        if (type == "Environment" && member == "get_CurrentManagedThreadId")
            return false;
        return s_banned.Any(symbol =>
            symbol[0] switch
            {
                "N" => space == symbol[1],
                "T" => $"{space}.{type}" == symbol[1],
                "P" => $"{space}.{type}.{member}" == symbol[1].Insert(symbol[1].LastIndexOf('.') + 1, "get_"),
                _ => throw new InvalidOperationException($"Fabric/BannedSymbols.txt: no test for '{symbol[0]}:'"),
            }
        );
    }
}
