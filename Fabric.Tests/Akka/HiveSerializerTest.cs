using System.Runtime.Serialization;
using Akka.Actor;
using Fabric.Akka.Protocol;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Akka;

/// <summary>What nodes tell each other is read as it was written, and damage is found out and no more.</summary>
[TestFixture]
public sealed class HiveSerializerTest
{
    private static readonly DeviceVersion[] Versions = [new(new BridgeId(1), 7), new(new PortId(2), 1)];

    // Thirteen of them.
    private static readonly object[] Messages =
    [
        new DeviceCommand(new PortId(7), Wishes.From("ana", Wishes.All(Wishes.Bridge(1), Wishes.Port(7, 1)), "ä reason")),
        new Append(Wishes.From("ben", Wishes.NoBridge(3))),
        new StoreOutcome.Fulfilled(12, [.. Versions]),
        new StoreOutcome.Fulfilled(12, []),
        new StoreOutcome.Repeated(4),
        new StoreOutcome.Refused(new Rejection(RejectionReason.NameTaken, "taken", new BridgeId(1), null)),
        new StoreOutcome.Refused(new Rejection(RejectionReason.Invalid, "no", null, new ChainId(9))),
        new StoreOutcome.Unavailable("away", MayBeStored: true, IsPassing: false),
        new StoreOutcome.Unavailable("away", MayBeStored: false, IsPassing: true),
        new LeaseTold(
            "akka.tcp://fabric@127.0.0.1:1",
            5,
            new Lease(new HostId(3), "h3", 99, new LeaseHolder("p", "b"), MemberRoles.Edge, 4, 17)
        ),
        new ListActors(),
        new AskLease(),
        new ActorsListed("h1", true, []),
    ];

    private ActorSystem _system = null!;
    private HiveSerializer _serializer = null!;

    [OneTimeSetUp]
    public void SetUp()
    {
        _system = ActorSystem.Create("fabric", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        _serializer = new HiveSerializer((ExtendedActorSystem)_system);
    }

    [OneTimeTearDown]
    public void TearDown() => _system.Dispose();

    [Test]
    public void AMessageIsReadAsItWasWritten([Range(0, 12)] int number)
    {
        var message = Messages[number];
        var read = _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));
        if (message is StoreOutcome.Fulfilled(var position, var versions))
        {
            var fulfilled = read.ShouldBeOfType<StoreOutcome.Fulfilled>();
            fulfilled.Position.ShouldBe(position);
            fulfilled.Versions.ShouldBe(versions);
        }
        else if (message is ActorsListed listed)
            read.ShouldBeOfType<ActorsListed>()
                .ShouldSatisfyAllConditions(it => it.Node.ShouldBe(listed.Node), it => it.IsWriter.ShouldBeTrue());
        else
            read.ShouldBe(message);
    }

    [Test]
    public void TheActorsOfANodeAreReadAsTheyWereWritten()
    {
        var actor = new DeviceActorView(new RouterId(5), "h1", "17", 3);
        var read = _serializer.FromBinary(_serializer.ToBinary(new ActorsListed("h1", false, [actor])), "actors");
        read.ShouldBeOfType<ActorsListed>().Devices.ShouldBe([actor]);
    }

    [Test]
    public void EntriesThatArePushedKeepPositionHashAndEvents()
    {
        var entries = Entries.After(JournalHead.Start, 3);
        var after = new Pushed(entries[0].Head, [entries[1], entries[2]]);
        var read = (Pushed)_serializer.FromBinary(_serializer.ToBinary(after), "pushed");
        read.Previous.ShouldBe(entries[0].Head);
        read.Entries.Select(entry => entry.Head).ShouldBe(after.Entries.Select(entry => entry.Head));
        read.Entries[0].Follows(entries[0].Head).ShouldBeTrue();
        read.Entries[1].Follows(read.Entries[0].Head).ShouldBeTrue();
    }

    [Test]
    public void ABugAtAnotherNodeIsTold()
    {
        var failed = new StoreOutcome.Failed(new InvalidOperationException("ours"));
        var read = _serializer.FromBinary(_serializer.ToBinary(failed), "outcome");
        read.ShouldBeOfType<StoreOutcome.Failed>().Bug.Message.ShouldContain("ours");
    }

    [Test]
    public void AMessageThatIsCutOffIsRefused([Range(0, 12)] int number)
    {
        var message = Messages[number];
        var bytes = _serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
            Should.Throw<SerializationException>(() => _serializer.FromBinary(bytes[..length], _serializer.Manifest(message)), $"{length}");
    }

    [Test]
    public void AnUnknownManifestIsRefused() =>
        Should.Throw<SerializationException>(() => _serializer.FromBinary([], "of tomorrow")).Message.ShouldContain("of tomorrow");
}
