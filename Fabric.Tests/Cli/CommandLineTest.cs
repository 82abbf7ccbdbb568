using System.Text.Json.Nodes;

namespace Fabric.Tests.Cli;

public class CommandLineTest
{
    private const string Small = """
        fabric: v1
        hosts: { a: {} }
        tenants:
          shop:
            bridges: { web: {} }
            ports: { web1: { on: web, host: a, ip: 10.0.0.1 } }
        """;

    [Test]
    public async Task AMistypedCommandNamesTheNearestOne()
    {
        var result = await Shell.RunAsync("shwo ports");

        result.Exit.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("there is no command 'shwo'");
        result.Error.ShouldContain("did you mean 'show'?");
        result.Error.ShouldContain("FABRIC-3001");
    }

    [Test]
    public async Task AMistypedOptionNamesTheNearestOne()
    {
        var result = await Shell.RunAsync("version --ouput json");

        result.Exit.ShouldBe(2);
        result.Error.ShouldContain("did you mean '--output'?");
    }

    [TestCase("agent --flow-limit many", "--flow-limit wants 1000 flows or more, not 'many'")]
    [TestCase("agent --flow-limit 10", "--flow-limit wants 1000 flows or more, not '10'")]
    [TestCase("agent --tunnel-port 70000", "--tunnel-port wants a port from 1 to 65535, not '70000'")]
    [TestCase("agent --datapath soft", "--datapath wants user, kernel or none, not 'soft'")]
    [TestCase("agent --datapath 1", "--datapath wants user, kernel or none, not '1'")]
    [TestCase("agent --upcall-dispatch x", "--upcall-dispatch wants port or processor, not 'x'")]
    [TestCase("lab up --hosts some", "--hosts wants 1 to 64, not 'some'")]
    [TestCase("lab up --ports 1", "--ports wants 4 to 400, not '1'")]
    public async Task AValueThatIsNotWhatAnOptionWantsIsRefusedInOneSentence(string line, string told)
    {
        var result = await Shell.RunAsync(line);

        result.Exit.ShouldBe(2, result.Error);
        result.Error.ShouldBe($"fabric: {told}\n  do:  see `fabric {line.Split(' ')[0]} --help`\n  FABRIC-3001\n");
    }

    [TestCase("show ports -f -")]
    [TestCase("show port -f -")]
    [TestCase("list ports -f -")]
    [TestCase("ports -f -")]
    [TestCase("port list -f -")]
    [TestCase("ports ls -f -")]
    [TestCase("-o table port show -f -")]
    public async Task NounAndVerbMayStandInEitherOrder(string line)
    {
        var result = await Shell.RunAsync(line, Small);

        result.Error.ShouldBeEmpty();
        result.Out.ShouldStartWith("NAME");
        result.Out.ShouldContain("shop/web1");
        result.Exit.ShouldBe(0);
    }

    [TestCase("por -f -")]
    [TestCase("sho ports -f -")]
    public async Task ACommandMayBeAbbreviatedAsFarAsNoOtherBeginsSo(string line) =>
        (await Shell.RunAsync(line, Small)).Out.ShouldContain("shop/web1");

    [TestCase("co", "'co' could be completion or connections")]
    [TestCase("d", "'d' could be dashboard, del, delete, diff, doctor or drops")]
    public async Task ABeginningOfSeveralNamesThem(string line, string expected)
    {
        var result = await Shell.RunAsync(line);

        (result.Exit, result.Out).ShouldBe((2, ""));
        result.Error.ShouldContain(expected);
    }

    [TestCase("json", "\"name\": \"shop/web1\"")]
    [TestCase("yaml", "name: shop/web1")]
    [TestCase(
        "csv",
        "name,admin,device,peer,host,interface,mac,addresses,inbound,outbound,groups,id,version\r\nshop/web1,up,bridge web,,a,web1,"
    )]
    [TestCase("name", "port/shop/web1\n")]
    [TestCase("wide", "VERSION")]
    [TestCase("table", "shop/web1  up     bridge web")]
    public async Task EveryFormatShowsTheSamePort(string format, string expected)
    {
        var result = await Shell.RunAsync($"show ports -f - -o {format}", Small);

        result.Exit.ShouldBe(0);
        result.Out.ShouldContain(expected, Case.Sensitive);
    }

    [Test]
    public async Task ColumnsAreChosenByName()
    {
        var result = await Shell.RunAsync("ports -f - --columns host,name --no-headings", Small);

        result.Out.ShouldBe("a  shop/web1\n");
    }

    [TestCase("ports wbe1 -f -", "did you mean 'web1'?")]
    [TestCase("ports we -f -", "did you mean 'shop/web1'?")]
    [TestCase("show shop -f -", "these begin so: shop/")]
    [TestCase("show nothing-like-it -f -", "there is no device 'nothing-like-it'")]
    public async Task WhatIsNotThereIsNotFound(string line, string expected)
    {
        var result = await Shell.RunAsync(line, Small);

        result.Exit.ShouldBe(3);
        result.Error.ShouldContain(expected);
    }

    [Test]
    public async Task JsonTellsItsVersionAndKind()
    {
        var result = await Shell.RunAsync("hosts -f - -o json", Small);

        var data = JsonNode.Parse(result.Out)!;
        ((int)data["version"]!).ShouldBe(1);
        ((string)data["kind"]!).ShouldBe("host");
        ((string)data["items"]![0]!["name"]!).ShouldBe("a");
        ((int)data["items"]![0]!["ports"]!).ShouldBe(1);
    }

    [TestCase("status")]
    [TestCase("flows")]
    [TestCase("show ports")]
    [TestCase("export")]
    public async Task WithoutAnAgentTheCommandSaysHowToStartOne(string line)
    {
        var result = await Shell.RunAsync($"{line} --socket /nowhere/agent.sock");

        result.Exit.ShouldBe(5);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("no agent answers at /nowhere/agent.sock");
        result.Error.ShouldContain("sudo fabric agent");
    }

    [Test]
    public async Task AFileThatIsNotThereIsSaid()
    {
        var result = await Shell.RunAsync("validate -f /nowhere/fabric.yaml");

        result.Exit.ShouldBe(1);
        result.Error.ShouldContain("cannot read '/nowhere/fabric.yaml'");
        result.Error.ShouldContain("there is no such file");
    }

    [Test]
    public async Task ProblemsOfADescriptionAreAllTold()
    {
        var result = await Shell.RunAsync("validate -f -", Small.Replace("on: web", "on: wbe").Replace("host: a", "host: b"));

        result.Exit.ShouldBe(1);
        result.Error.ShouldContain("-:6:26: there is no bridge 'shop/wbe'");
        result.Error.ShouldContain("there is no host 'b'");
    }

    [Test]
    public async Task ARefusalPointsAtTheDevice()
    {
        var result = await Shell.RunAsync(
            "validate -f -",
            Small.Replace("10.0.0.1 } }", "10.0.0.1 }, web2: { on: web, host: a, interface: web1 } }")
        );

        result.Exit.ShouldBe(4);
        result.Error.ShouldContain("would both be bound to interface 'web1'");
        result.Error.ShouldStartWith("-:6:");
    }

    [Test]
    public async Task DiffEndsAsDiffDoes()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Small);

            (await Shell.RunAsync($"diff -f - --against {file}", Small)).ShouldBe(new ShellResult(0, "", ""));
            var changed = await Shell.RunAsync(
                $"diff -f - --against {file}",
                Small.Replace("web1:", "web2:").Replace("10.0.0.1", "10.0.0.2")
            );
            changed.Exit.ShouldBe(1);
            changed.Out.ShouldContain("+      web2: { on: web, host: a, ip: [10.0.0.2] }");
            var wrong = await Shell.RunAsync($"diff -f - --against {file}", "fabric: v2");
            wrong.Exit.ShouldBe(2);
            wrong.Out.ShouldBeEmpty();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
