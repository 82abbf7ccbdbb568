using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;

namespace Fabric.Tests.World;

/// <content>What happens: a network is described, agents start, a number of choices, quiet.</content>
internal sealed partial class World
{
    /// <summary>Tells the story to its end; throws what is wrong.</summary>
    /// <returns>What came of it.</returns>
    public string Run()
    {
        try
        {
            Thread.Run(TellAsync, maxSteps: 20_000_000);
        }
        catch (Exception bug) when (bug is not AssertionException)
        {
            Fail(bug.ToString());
        }
        ThrowIfFailed();
        return Story;
    }

    private async Task TellAsync()
    {
        await DescribeAsync();
        foreach (var node in Nodes)
            node.Start();
        await PassAsync(TimeSpan.FromSeconds(3));
        for (_step = 1; _step <= _steps; _step++)
        {
            await StepAsync();
            await PassAsync(SomeTime());
            _stepCheck.Run();
            ThrowIfFailed();
        }
        await CalmDownAsync();
        ThrowIfFailed();
        foreach (var node in Nodes)
            await node.StopAsync();
        ThrowIfFailed();
    }

    /// <summary>Before the story begins: hosts, and a random network over them.</summary>
    private async Task DescribeAsync()
    {
        var process = new WorldProcess(Thread, new WorldClock(Thread.Time, 0));
        await using var hive = await SqlHive.OpenAsync(
            new WorldJournal(Database, 0, process),
            new HiveOptions { Runtime = process.Runtime, SnapshotEvery = 12 }
        );
        foreach (var node in Nodes)
        {
            var host = new Host
            {
                Id = node.Id,
                Name = new DeviceName("", node.Name),
                Underlay = [node.Address],
            };
            await hive.SubmitAsync(Users.NewEnvelope(new TopologyCommand.PutDevice(host)));
        }
        foreach (var command in Users.Describe())
            await hive.SubmitAsync(Users.NewEnvelope(command));
        PlugMissing(chance: 100);
    }

    private TimeSpan SomeTime() =>
        Random.Next(12) switch
        {
            < 4 => TimeSpan.Zero,
            < 8 => TimeSpan.FromMilliseconds(Random.Next(1, 20)),
            < 10 => TimeSpan.FromMilliseconds(Random.Next(20, 1000)),
            10 => TimeSpan.FromSeconds(Random.Next(1, 6)),
            _ => Random.Next(12) == 0 ? TimeSpan.FromSeconds(Random.Next(20, 120)) : TimeSpan.FromSeconds(2),
        };

    private Task StepAsync()
    {
        switch (Random.Next(30))
        {
            case < 12:
                SendSome();
                break;
            case < 18:
                Users.Wish();
                PlugMissing(chance: 70);
                break;
            case 18 or 19:
                return KillOrStartAsync();
            case 20 or 21:
                CutOrHeal();
                break;
            case 22 or 23:
                TroubleDatabase();
                break;
            case 24 or 25:
                ChangeLink();
                break;
            case 26:
                Pause();
                break;
            case 27:
                TroubleHost();
                break;
            default:
                PlugMissing(chance: 50);
                SendSome();
                break;
        }
        return Task.CompletedTask;
    }

    private void SendSome()
    {
        for (var frames = Random.Next(1, 12); frames > 0; frames--)
        {
            var node = Generator.Pick(Nodes);
            var names = node.Switch.Ports.Values.Where(name => name.Length > 0).ToArray();
            if (names.Length == 0)
                continue;
            var (name, frame) = (Generator.Pick(names), Stations.Make());
            Later(TimeSpan.FromMilliseconds(Random.Next(3)), () => Stations.Send(node, name, frame));
            // Most talk is not of one packet.
            if (Random.Next(2) == 0)
                Later(TimeSpan.FromMilliseconds(Random.Next(1, 400)), () => Stations.Send(node, name, frame));
        }
    }

    private async Task KillOrStartAsync()
    {
        var node = Generator.Pick(Nodes);
        if (!node.IsStarted)
        {
            Note($"{node.Name} starts");
            node.Start();
        }
        else if (Random.Next(4) == 0 && node.Agent is not null)
        {
            Note($"{node.Name} stops");
            await node.StopAsync();
        }
        else
        {
            Note($"{node.Name} is killed");
            node.Kill();
        }
    }

    private void CutOrHeal()
    {
        if (Random.Next(3) == 0)
        {
            Note("the underlay heals");
            Underlay.Heal();
            return;
        }
        var (from, to) = (Generator.Pick(Nodes), Generator.Pick(Nodes));
        switch (Random.Next(3))
        {
            case 0:
                (Underlay.Loss, Underlay.Doubling) = (Random.Next(40), Random.Next(40));
                Underlay.MaxDelay = TimeSpan.FromMilliseconds(Random.Next(1, 300));
                Note($"the underlay loses {Underlay.Loss} %, doubles {Underlay.Doubling} %, delays up to {Underlay.MaxDelay}");
                break;
            case 1:
                Note($"nothing passes from {from.Name} to {to.Name}");
                Underlay.Cut(from.Address, to.Address);
                break;
            default:
                Note($"nothing passes between {from.Name} and {to.Name}");
                Underlay.Cut(from.Address, to.Address);
                Underlay.Cut(to.Address, from.Address);
                break;
        }
    }

    private void TroubleDatabase()
    {
        // What never works is soon dull.
        Later(TimeSpan.FromSeconds(Random.Next(1, 10)), Database.Heal);
        switch (Random.Next(6))
        {
            case 0:
                Note("the database is away");
                Database.IsAway = true;
                break;
            case 1:
                var host = Generator.Pick(Nodes);
                Note($"{host.Name} does not reach the database");
                Database.Unreached.Add(host.Id.Value);
                break;
            case 2:
                Database.Latency = TimeSpan.FromMilliseconds(Random.Next(500));
                Note($"the database takes {Database.Latency}");
                break;
            case 3:
                var fault = (CommitFault)Random.Next(6);
                Note($"the next commit goes wrong: {fault}");
                Database.Disk.Plan(fault);
                break;
            default:
                Note("the database is well");
                Database.Heal();
                break;
        }
    }

    private void ChangeLink()
    {
        var node = Generator.Pick(Nodes);
        if (node.Links.Count == 0)
            return;
        var name = Generator.Pick(node.Links.Keys.ToArray());
        if (Random.Next(3) == 0)
        {
            Note($"{name} vanishes from {node.Name}");
            node.Unplug(name);
            return;
        }
        var isUp = !node.Links[name].IsUp;
        Note($"{name} of {node.Name} goes {(isUp ? "up" : "down")}");
        node.Plug(name, isUp);
    }

    private void Pause()
    {
        var (node, pause) = (Generator.Pick(Nodes), TimeSpan.FromMilliseconds(Random.Next(3000)));
        Note($"the upcall thread of {node.Name} pauses for {pause}");
        node.PausedUntil = Thread.Time.GetUtcNow() + pause;
    }

    private void TroubleHost()
    {
        var node = Generator.Pick(Nodes);
        switch (Random.Next(3))
        {
            case 0:
                node.Trouble = Random.Next(2) * Random.Next(30);
                Note($"of what {node.Name} asks of its datapath {node.Trouble} % fails");
                break;
            case 1:
                node.Copy.IsFull = !node.Copy.IsFull;
                Note($"the disk of {node.Name} is {(node.Copy.IsFull ? "full" : "not full")}");
                break;
            default:
                node.Skew = TimeSpan.FromMinutes(Random.Next(-90, 90));
                Note($"the date of {node.Name} is wrong by {node.Skew}");
                break;
        }
    }

    /// <summary>Somebody plugs in what the description asks for.</summary>
    private void PlugMissing(int chance)
    {
        foreach (var port in Truth.Topology.Ports.Values.OrderBy(port => port.Id))
        {
            if (port.Binding is { } binding && Nodes[(int)binding.Host.Value - 1] is var node && !node.Links.ContainsKey(binding.Interface))
            {
                if (Random.Next(100) < chance)
                    node.Plug(binding.Interface, isUp: true);
            }
        }
    }
}
