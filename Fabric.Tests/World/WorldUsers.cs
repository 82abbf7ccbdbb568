using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Laws;
using Fabric.Topology.Hive;

namespace Fabric.Tests.World;

/// <summary>Users who wish for changes at any node, and ask again, elsewhere, with the same request when they were not answered.</summary>
internal sealed class WorldUsers
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private const int MaxTries = 5;

    private readonly World _world;
    private readonly List<TopologyCommand> _wished = [];
    private ulong _lastRequest;
    private int _asking;

    public WorldUsers(World world)
    {
        _world = world;
        world.Generator.Wished += _wished.Add;
    }

    public List<WorldWish> Wishes { get; } = [];

    /// <summary>Nobody waits for an answer.</summary>
    public bool AreIdle => _asking == 0;

    /// <summary>The commands of a random network, over all hosts.</summary>
    public IReadOnlyList<TopologyCommand> Describe()
    {
        _wished.Clear();
        _world.Generator.Populate();
        return [.. _wished.Where(command => command is not TopologyCommand.PutDevice { Device: Host }).Select(Spread)];
    }

    /// <summary>Somebody looks at a node's description and wishes for a change of it.</summary>
    public void Wish()
    {
        if (_world.PickRunning() is not { } node)
            return;
        _wished.Clear();
        _world.Generator.GoOnFrom(node.Hive!.Replica.Topology);
        _world.Generator.Change();
        foreach (var command in _wished.Select(Spread).ToArray())
            Ask(command, null);
    }

    /// <summary>Somebody wishes for a new bridge at a certain node.</summary>
    public void Wish(WorldNode node)
    {
        var id = 1_000 + _lastRequest;
        Ask(new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(id), Name = new DeviceName("t", $"late{id}") }), node);
    }

    private void Ask(TopologyCommand command, WorldNode? only)
    {
        var wish = new WorldWish(NewEnvelope(command));
        Wishes.Add(wish);
        _world.Watch(_world.Thread.Runtime.Start(() => AskAsync(wish, only)), "a user");
    }

    public CommandEnvelope NewEnvelope(TopologyCommand command) =>
        new(new RequestId(new UInt128(1, ++_lastRequest)), "user", $"wish {_lastRequest}", command);

    private async Task AskAsync(WorldWish wish, WorldNode? only)
    {
        _asking++;
        for (var tries = 0; tries < MaxTries && !await TryAskAsync(wish, only ?? _world.PickRunning()); tries++)
            await Task.Delay(TimeSpan.FromMilliseconds(_world.Random.Next(1, 3000)), _world.Thread.Time);
        _asking--;
        wish.IsOpen = wish.IsUnknown;
    }

    /// <returns>There is an answer.</returns>
    private async Task<bool> TryAskAsync(WorldWish wish, WorldNode? node)
    {
        if (node is null)
            return false;
        var (text, request) = (wish.Envelope.Command.GetType().Name, wish.Envelope.Reason);
        var asked = node.On(hive => hive.SubmitAsync(wish.Envelope).AsTask());
        if (await Task.WhenAny(asked, Task.Delay(s_patience, _world.Thread.Time)) != asked)
        {
            _world.Note($"{request}, {text} at {node.Name}: no answer");
            wish.IsUnknown = true;
            return false;
        }
        var answer = await asked;
        _world.Note($"{request}, {text} at {node.Name}: {Text(answer)}");
        wish.Accepted = answer as SubmitResult.Accepted;
        wish.IsUnknown |= answer is SubmitResult.Unavailable { MayBeStored: true };
        return answer is not SubmitResult.Unavailable;
    }

    private static string Text(SubmitResult answer) =>
        answer switch
        {
            SubmitResult.Accepted { Versions.IsEmpty: true } accepted => $"so at {accepted.Position}",
            SubmitResult.Accepted accepted => $"stored at {accepted.Position}",
            SubmitResult.Rejected rejected => $"refused, {rejected.Rejection.Reason}",
            SubmitResult.Unavailable { MayBeStored: true } => "perhaps",
            _ => "not now",
        };

    /// <summary>The generator knows one host; its ports are spread over all.</summary>
    private TopologyCommand Spread(TopologyCommand command) =>
        command switch
        {
            TopologyCommand.PutDevice { Device: Port { Binding: { } binding } port } put => put with
            {
                // A port that is only changed stays where it is.
                Device = IsKnownAt(port, binding) ? port : port with { Binding = binding with { Host = HostOf(port.Id.Value) } },
            },
            TopologyCommand.BindPort { Binding: { } binding } bind => bind with
            {
                Binding = binding with { Host = HostOf((ulong)_world.Random.Next(100)) },
            },
            TopologyCommand.Batch batch => new TopologyCommand.Batch([.. batch.Commands.Select(Spread)]),
            _ => command,
        };

    private bool IsKnownAt(Port port, HostBinding binding) =>
        _world.Truth.Topology.Ports.TryGetValue(port.Id, out var known) && known.Binding == binding;

    private HostId HostOf(ulong number) => new(1 + number % (ulong)_world.Nodes.Length);
}
