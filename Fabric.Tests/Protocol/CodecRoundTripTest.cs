using System.Reflection;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Learned;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Protocol;

public class CodecRoundTripTest
{
    private const int ValuesPerSeed = 100;

    [Test]
    public void An_entry_is_read_as_it_was_written([Range(1, 50)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var entry = generator.Entry();
            var bytes = FeedCodec.Encode(entry);
            FeedCodec.TryDecode(bytes, out JournalEntry? read, out var fault).ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(entry, $"seed {seed}, value {i}");
            FeedCodec.Encode(read!).ShouldBe(bytes, $"seed {seed}, value {i}");
            FeedCodec
                .TryDecode(FeedCodec.Encode(entry.Events), out System.Collections.Immutable.ImmutableArray<TopologyEvent> events, out _)
                .ShouldBeTrue();
            events.ShouldBe(entry.Events);
        }
    }

    [Test]
    public void A_command_is_read_as_it_was_written([Range(1, 50)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var envelope = generator.Envelope();
            var bytes = CommandCodec.Encode(envelope);
            CommandCodec.TryDecode(bytes, out CommandEnvelope? read, out var fault).ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(envelope, $"seed {seed}, value {i}");
            CommandCodec.Encode(read!).ShouldBe(bytes, $"seed {seed}, value {i}");
            CommandCodec.TryDecode(CommandCodec.Encode(envelope.Command), out TopologyCommand? command, out _).ShouldBeTrue();
            command.ShouldBe(envelope.Command);
        }
    }

    [Test]
    public void A_message_of_facts_is_read_as_it_was_written_and_fits_into_a_datagram([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var message = generator.Facts(FactOutbox.MessageFacts);
            var bytes = PeerCodec.Encode(message);
            bytes.Length.ShouldBeLessThanOrEqualTo(IPeers.MaxPayload);
            PeerCodec.TryDecode(bytes, out FactsMessage? read, out var fault).ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(message, $"seed {seed}, value {i}");
        }
    }

    [Test]
    public void A_relay_message_is_read_as_it_was_written_and_fits_into_one_message([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var message = generator.RelayMessage();
            var bytes = PeerCodec.Encode(message);
            bytes.Length.ShouldBeLessThanOrEqualTo(IPeers.MaxPayload);
            PeerCodec.TryDecode(bytes, out RelayMessage? read, out var fault).ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(message, $"seed {seed}, value {i}");
        }
    }

    [TestCase(0)]
    [TestCase(1250)]
    public void A_beat_of_who_checks_is_read_as_it_was_written(int period)
    {
        var bytes = PeerCodec.Encode(new CheckBeat(period));
        PeerCodec.TryDecode(bytes, out CheckBeat? read, out var fault).ShouldBeTrue($"{fault}");
        read.ShouldBe(new CheckBeat(period));
        PeerCodec.TryDecode(bytes.AsSpan(0, bytes.Length - 1), out CheckBeat? _, out _).ShouldBeFalse("it is cut off");
    }

    [Test]
    public void A_question_is_read_as_it_was_written_and_fits_into_one_message([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var message = generator.Question();
            var bytes = PeerCodec.Encode(message);
            bytes.Length.ShouldBeLessThanOrEqualTo(IPeers.MaxPayload);
            PeerCodec.TryDecode(bytes, out QuestionMessage? read, out var fault).ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(message, $"seed {seed}, value {i}");
        }
    }

    [Test]
    public void A_feed_message_is_read_as_it_was_written([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        for (var i = 0; i < ValuesPerSeed; i++)
        {
            var message = generator.Message();
            FeedCodec
                .TryDecode(FeedCodec.Encode(message), out FeedMessage? read, out var fault)
                .ShouldBeTrue($"seed {seed}, value {i}: {fault}");
            read.ShouldBe(message, $"seed {seed}, value {i}");
        }
    }

    [Test]
    public void A_description_is_read_as_it_was_written([Range(1, 20)] int seed)
    {
        var generator = new ValueGenerator(seed);
        var devices = Enum.GetValues<DeviceKind>()
            .SelectMany(kind => Enumerable.Range(1, 5).Select(id => generator.Device(kind, (ulong)id)));
        var topology = TopologyAssembly.Of(77, devices);
        FeedCodec.TryDecode(FeedCodec.Encode(topology), out TopologySnapshot? read, out var fault).ShouldBeTrue(fault.ToString());
        read!.Position.ShouldBe(77);
        TopologyAssembly.DevicesOf(read).ShouldBe(TopologyAssembly.DevicesOf(topology));
        read.Referrers.Keys.ShouldBe(topology.Referrers.Keys, ignoreOrder: true);
    }

    [Test]
    public void Every_kind_and_every_condition_takes_part()
    {
        var generator = new ValueGenerator(1);
        var entries = Enumerable.Range(0, 200).Select(_ => generator.Entry()).SelectMany(entry => entry.Events).ToList();
        entries.Select(happened => happened.GetType()).Distinct().ShouldBe(KindsOf(typeof(TopologyEvent)), ignoreOrder: true);
        var commands = Enumerable.Range(0, 500).Select(_ => generator.Command());
        commands.Select(command => command.GetType()).Distinct().ShouldBe(KindsOf(typeof(TopologyCommand)), ignoreOrder: true);
        var messages = Enumerable.Range(0, 200).Select(_ => generator.Message());
        messages.Select(message => message.GetType()).Distinct().ShouldBe(KindsOf(typeof(FeedMessage)), ignoreOrder: true);
        var relayed = Enumerable.Range(0, 100).Select(_ => generator.RelayMessage());
        relayed.Select(message => message.GetType()).Distinct().ShouldBe(KindsOf(typeof(RelayMessage)), ignoreOrder: true);
        var asked = Enumerable.Range(0, 100).Select(_ => generator.Question());
        asked.Select(message => message.GetType()).Distinct().ShouldBe(KindsOf(typeof(QuestionMessage)), ignoreOrder: true);
        var matches = Enumerable.Range(0, 100).Select(_ => generator.Match()).ToList();
        foreach (var condition in typeof(RuleMatch).GetProperties().Where(property => property.SetMethod is not null))
            matches.Select(condition.GetValue).Distinct().Count().ShouldBeGreaterThan(1, condition.Name);
    }

    private static IEnumerable<Type> KindsOf(Type type) =>
        type.GetNestedTypes(BindingFlags.Public).Where(nested => nested.IsSubclassOf(type));
}
