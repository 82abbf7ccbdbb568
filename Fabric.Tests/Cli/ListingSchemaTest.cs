using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Tests.Description;

namespace Fabric.Tests.Cli;

/// <summary>The schema of what lists are as JSON, docs/schema/cli-v1.json, and that they are so.</summary>
[TestFixture]
public sealed class ListingSchemaTest
{
    [Test]
    public void TheDocumentHolds() =>
        Repository.ShouldHold(
            Repository.File("docs", "schema", "cli-v1.json"),
            JsonText.Format(ListingSchema.Document(ListingCatalog.All)) + "\n"
        );

    [Test]
    public void AnyNetworkIsListedAsTheSchemaSays([Range(1, 20)] int seed)
    {
        var network = AnyNetwork.Of(seed);
        foreach (var word in DeviceListings.Words)
        {
            var listing = DeviceListings.Find(word)!(network);
            JsonSchemaCheck
                .Faults(ListingData.Of(listing), ListingSchema.Of(ListingCatalog.All[$"show {word}"]), word)
                .ShouldBeEmpty($"seed {seed}");
        }
    }

    /// <summary>A command that writes data and is not in the catalog has no schema.</summary>
    [Test]
    public void EveryCommandThatWritesAListingIsInTheCatalog()
    {
        var folder = Repository.File("Fabric.Agent", "Cli");
        var writers = Directory
            .EnumerateFiles(folder, "*Command.cs")
            .Where(file => File.ReadAllText(file).Contains("call.Write(", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file)[..^"Command.cs".Length].ToLowerInvariant())
            // `edit` is what add, set and del have in common; `status` is the agent's own answer as JSON; `lab` has a column a station.
            .Except(["edit", "status", "lab"]);
        writers.Except(ListingCatalog.All.Keys.Select(line => line.Split(' ')[0])).ShouldBeEmpty();
    }

    [TestCase("""{"version": 1, "kind": "version", "items": []}""", "")]
    [TestCase("""{"version": 2, "kind": "version", "items": []}""", "$.version is 2 and not 1")]
    [TestCase("""{"version": 1, "kind": "other", "items": []}""", "$.kind is \"other\" and not \"version\"")]
    [TestCase("""{"version": 1, "kind": "version"}""", "$ has no items")]
    [TestCase(
        """{"version": 1, "kind": "version", "items": [{"version": 1, "runtime": null, "system": ""}]}""",
        "$.items[0].version is 1 and not [\"string\",\"null\"]"
    )]
    [TestCase("""{"version": 1, "kind": "version", "items": [{"version": "1", "runtime": null}]}""", "$.items[0] has no system")]
    public void WhatIsNotAsTheSchemaSaysIsFound(string json, string fault) =>
        JsonSchemaCheck
            .Faults(JsonNode.Parse(json), ListingSchema.Of(ListingCatalog.All["version"]))
            .ShouldBe(fault.Length == 0 ? [] : [fault]);
}
