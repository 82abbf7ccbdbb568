using Fabric.Addresses;
using Fabric.Agent.Effects;
using Fabric.Devices;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Effects;

/// <summary>Behaviour 52: a neighbor is asked for once at a time, again and again, and not for ever.</summary>
[TestFixture]
public sealed class NeighborResolverTest
{
    private static readonly NeighborKey Web = new(new PortId(1), IpAddress.Parse("10.0.0.7"));
    private static readonly NeighborKey Web6 = new(new PortId(1), IpAddress.Parse("fd00::7"));
    private static readonly NeighborKey SameAddressElsewhere = new(new PortId(2), Web.Address);

    private readonly List<NeighborKey> _again = [];
    private readonly List<NeighborKey> _failed = [];
    private ManualTime _time = null!;
    private NeighborResolver _resolver = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _resolver = new NeighborResolver(_time);
    }

    [Test]
    public void Row52ANeighborIsAskedThreeTimesASecondApartAndGivenUpASecondLater()
    {
        _resolver.TryBegin(Web).ShouldBeTrue("asked at once");
        After(0.999).ShouldBe("");
        After(0.001).ShouldBe("again 10.0.0.7");
        After(0.5).ShouldBe("");
        After(0.5).ShouldBe("again 10.0.0.7");
        After(0.999).ShouldBe("");
        After(0.001).ShouldBe("failed 10.0.0.7");
        After(60).ShouldBe("");
        _resolver.Pending.ShouldBe(0);
    }

    [Test]
    public void Row52ManyPacketsForOneNeighborAskOneQuestion()
    {
        _resolver.TryBegin(Web).ShouldBeTrue();
        for (var packet = 0; packet < 1000; packet++)
            _resolver.TryBegin(Web).ShouldBeFalse();

        After(1).ShouldBe("again 10.0.0.7");
        _resolver.Pending.ShouldBe(1);
    }

    [Test]
    public void Row52OneAddressAtTwoPortsIsTwoNeighbors()
    {
        _resolver.TryBegin(Web).ShouldBeTrue();
        _resolver.TryBegin(SameAddressElsewhere).ShouldBeTrue();

        _resolver.Answered(Web).ShouldBeTrue();

        After(1).ShouldBe("again 10.0.0.7");
        _again.ShouldBe([SameAddressElsewhere]);
    }

    [Test]
    public void AnAnswerEndsTheQuestionsWheneverItComes([Values(0, 1, 2)] int questionsBefore)
    {
        _resolver.TryBegin(Web);
        for (var i = 0; i < questionsBefore; i++)
            After(1);

        _resolver.Answered(Web).ShouldBeTrue();

        After(60).ShouldBe("");
    }

    [Test]
    public void AnAnswerThatNobodyAskedForIsToldApart()
    {
        _resolver.Answered(Web).ShouldBeFalse();
        _resolver.TryBegin(Web);
        _resolver.Answered(Web6).ShouldBeFalse();
        _resolver.Answered(Web).ShouldBeTrue();
        _resolver.Answered(Web).ShouldBeFalse("the second answer was not asked for");
    }

    [Test]
    public void ANeighborThatFailedMayBeAskedAnewWithAsManyTries()
    {
        _resolver.TryBegin(Web);
        for (var i = 0; i < NeighborResolver.MaxTries; i++)
            After(1);

        _resolver.TryBegin(Web).ShouldBeTrue();

        After(1).ShouldBe("again 10.0.0.7");
        After(1).ShouldBe("again 10.0.0.7");
        After(1).ShouldBe("failed 10.0.0.7");
    }

    [Test]
    public void EachNeighborHasItsOwnTime()
    {
        _resolver.TryBegin(Web);
        After(0.6).ShouldBe("");
        _resolver.TryBegin(Web6);
        After(0.4).ShouldBe("again 10.0.0.7");
        After(0.6).ShouldBe("again fd00::7");
        After(0.4).ShouldBe("again 10.0.0.7");
    }

    [Test]
    public void AThreadThatWasLateAsksOnceAndNotOnceForEachSecond()
    {
        _resolver.TryBegin(Web);
        After(10).ShouldBe("again 10.0.0.7");
        After(0).ShouldBe("");
        After(1).ShouldBe("again 10.0.0.7");
    }

    [Test]
    public void WhenTooManyAreAskedForTheNextWaitsUntilOneAnswersOrFails()
    {
        for (var i = 0; i < NeighborResolver.MaxPending; i++)
            _resolver.TryBegin(Neighbor(i), Payer(i)).ShouldBeTrue();
        _resolver.TryBegin(Web).ShouldBeFalse();

        _resolver.Answered(Neighbor(0)).ShouldBeTrue();
        _resolver.TryBegin(Web).ShouldBeTrue();
        _resolver.TryBegin(Web6).ShouldBeFalse();

        for (var i = 0; i < NeighborResolver.MaxTries; i++)
            After(1);
        _resolver.Pending.ShouldBe(0);
        _resolver.TryBegin(Web6).ShouldBeTrue();
    }

    [Test]
    public void ANeighborThatFailedGivesItsPlaceBackToThePortThatAsked()
    {
        for (var i = 0; i < NeighborResolver.MaxPendingPerPort; i++)
            _resolver.TryBegin(Neighbor(i), new PortId(7)).ShouldBeTrue();
        _resolver.TryBegin(Web, new PortId(7)).ShouldBeFalse();

        for (var i = 0; i < NeighborResolver.MaxTries; i++)
            After(1);

        _resolver.TryBegin(Web, new PortId(7)).ShouldBeTrue();
    }

    /// <summary>Lets time pass and tells what is to be done then.</summary>
    private string After(double seconds)
    {
        _time.Pass(TimeSpan.FromSeconds(seconds));
        _again.Clear();
        _failed.Clear();
        _resolver.Tick(_again, _failed);
        return string.Join(
            ", ",
            [.. _again.Select(neighbor => $"again {neighbor.Address}"), .. _failed.Select(neighbor => $"failed {neighbor.Address}")]
        );
    }

    private static NeighborKey Neighbor(int number) => new(new PortId(99), IpAddress.V4(0x0a01_0000 + (uint)number));

    private static PortId Payer(int number) => new((ulong)(100 + number % 16));
}
