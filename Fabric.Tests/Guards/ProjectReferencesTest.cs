using System.Xml.Linq;

namespace Fabric.Tests.Guards;

/// <summary>Fabric, then Fabric.Topology, then Fabric.Agent: what decides knows nothing of what waits.</summary>
public class ProjectReferencesTest
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Fabric"] = [],
        ["Fabric.Topology"] = ["Fabric"],
        ["Fabric.Agent"] = ["Fabric", "Fabric.Topology", "Fabric.Akka"],
        ["Fabric.Akka"] = ["Fabric", "Fabric.Topology"],
        ["Fabric.Tests"] = ["Fabric", "Fabric.Topology", "Fabric.Agent", "Fabric.Akka"],
        ["Fabric.Bench"] = ["Fabric", "Fabric.Topology", "Fabric.Agent"],
    };

    private static IEnumerable<(string Project, string Path, XDocument Content)> Projects =>
        SourceTree.Files("*.csproj").Select(file => (Path.GetFileNameWithoutExtension(file.Path), file.Path, XDocument.Parse(file.Text)));

    [Test]
    public void A_project_refers_only_to_those_below_it()
    {
        var broken =
            from project in Projects
            from reference in project.Content.Descendants("ProjectReference")
            let other = Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)
            where !s_allowed.GetValueOrDefault(project.Project, []).Contains(other)
            select $"{project.Path}: refers to {other}";
        Guard.Holds("Project references go one way: Fabric <- Fabric.Topology <- Fabric.Agent.", broken);
        Projects.Select(project => project.Project).Except(s_allowed.Keys).ShouldBeEmpty("a new project needs its place in this test");
    }

    [Test]
    public void The_core_uses_no_package_but_analyzers()
    {
        var broken =
            from package in Projects.Single(project => project.Project == "Fabric").Content.Descendants("PackageReference")
            where (string?)package.Attribute("PrivateAssets") != "all"
            select $"Fabric/Fabric.csproj: {(string?)package.Attribute("Include")}";
        Guard.Holds("The core has no packages; analyzers have PrivateAssets=\"all\".", broken);
    }

    [Test]
    public void Versions_of_packages_stand_in_one_file()
    {
        var broken =
            from project in Projects
            from package in project.Content.Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{project.Path}: {(string?)package.Attribute("Include")}";
        Guard.Holds("Versions stand in Directory.Packages.props.", broken);
    }
}
