using Fabric.Agent.Upcalls;
using Fabric.Flows;

namespace Fabric.Tests.Upcalls;

[TestFixture]
public sealed class UpcallInboxTest
{
    [Test]
    public void Tags_come_out_in_the_order_posted_and_once()
    {
        using var inbox = new UpcallInbox();
        inbox.Post([FlowTag.Of(FlowTagKind.Chain, 1)]);
        inbox.Post([FlowTag.Of(FlowTagKind.Chain, 2)]);

        inbox.TakeTags(out var compareAll).ShouldBe([FlowTag.Of(FlowTagKind.Chain, 1), FlowTag.Of(FlowTagKind.Chain, 2)]);
        compareAll.ShouldBeFalse();
        inbox.TakeTags(out _).ShouldBeEmpty();
    }

    [Test]
    public void Too_many_tags_collapse_to_one_mark_and_none_is_lost()
    {
        using var inbox = new UpcallInbox();
        inbox.Post(new FlowTag[UpcallInbox.MaxTags]);
        inbox.Post([FlowTag.Of(FlowTagKind.Chain, 1)]);

        inbox.TakeTags(out var compareAll).ShouldBeEmpty();
        compareAll.ShouldBeTrue();
        inbox.Collapses.ShouldBe(1);
        inbox.Post([FlowTag.Of(FlowTagKind.Chain, 2)]);
        inbox.TakeTags(out compareAll).ShouldBe([FlowTag.Of(FlowTagKind.Chain, 2)], "the mark is taken once");
        compareAll.ShouldBeFalse();
    }
}
