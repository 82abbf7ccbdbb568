using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink;

public class NetlinkSessionTest
{
    private const ushort Entry = 16;

    [TestCase("10")]
    [TestCase("0f000000 0200 0000 01000000 00000000")]
    [TestCase("24000000 0200 0000 01000000 00000000 00000000")]
    [TestCase("17000000 0200 0000 01000000 00000000 000000")]
    [TestCase("18000000 0200 0002 01000000 00000000 ea ff ff ff 0000 0000")]
    public void A_malformed_answer_is_an_exception_that_says_so(string hex)
    {
        using var session = new NetlinkSession(new FakeKernel(_ => [Hex(hex)]));
        session.Begin(Entry);
        var failure = Should.Throw<NetlinkException>(() => session.Execute("do it"));
        failure.Errno.ShouldBe(Errno.BadMessage);
        failure.Message.ShouldContain("malformed");
    }

    [Test]
    public void No_answer_is_an_exception_and_no_wait_for_ever()
    {
        using var session = new NetlinkSession(new FakeKernel(_ => []));
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Execute("do it")).Errno.ShouldBe(Errno.TimedOut);
    }

    [Test]
    public void A_datagram_longer_than_the_buffer_is_an_exception()
    {
        using var session = new NetlinkSession(new FakeKernel(_ => [new byte[NetlinkSession.MaxReceiveBytes + 1]]));
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Execute("do it")).Errno.ShouldBe(Errno.BadMessage);
    }

    [Test]
    public void Answers_from_the_past_are_skipped_and_counted()
    {
        var kernel = FakeKernel.Answering(Reply.Error(22) with { Sequence = 41 }, Reply.Acknowledgement);
        using var session = new NetlinkSession(kernel, lastSequence: 41);
        session.Begin(Entry);
        session.Execute("do it");
        session.StaleMessages.ShouldBe(1);
    }

    [Test]
    public void An_entry_that_cannot_be_read_is_an_exception_and_the_next_request_skips_the_rest()
    {
        var replies = new Queue<Reply[]>([
            [new Reply(Entry, [1]), new Reply(Entry, [1, 0, 0, 0]), Reply.Done],
            [Reply.Acknowledgement],
        ]);
        var kernel = new FakeKernel(request =>
        {
            var messages = replies.Dequeue();
            // Each in a datagram of its own, as a long dump has them.
            return messages.Select(message => message.ToBytes(Reply.SequenceOf(request)));
        });
        using var session = new NetlinkSession(kernel);
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Dump<int>("list", ParseNumber)).Message.ShouldContain("ValueTooShort");

        session.Begin(Entry);
        session.Execute("do it");
        session.StaleMessages.ShouldBe(2);
    }

    [Test]
    public void A_refusal_tells_operation_number_text_offset_and_sequence()
    {
        var attributes = Hex("0c000100 6261642067757900 08000200 24000000");
        using var session = new NetlinkSession(FakeKernel.Answering(Reply.Error(22, attributes)), lastSequence: 6);
        session.Begin(Entry);
        var failure = Should.Throw<NetlinkException>(() => session.Execute("create link web1"));
        failure.Operation.ShouldBe("create link web1");
        failure.Errno.ShouldBe(Errno.Invalid);
        failure.KernelText.ShouldBe("bad guy");
        failure.OffsetBytes.ShouldBe(36u);
        failure.Sequence.ShouldBe(7u);
        failure.Message.ShouldBe("create link web1: Invalid argument (errno 22), \"bad guy\" at byte 36 of the request");
    }

    [Test]
    public void A_refusal_that_quotes_the_whole_request_is_read_behind_the_quotation()
    {
        // -EPERM, then a request of 20 bytes with its payload, then the text.
        var payload = Hex("ffffffff 14000000 1000 0500 01000000 00000000 11223344 07000100 6e6f00 00");
        using var session = new NetlinkSession(FakeKernel.Answering(new Reply(2, payload, NetlinkFlags.Explained)));
        session.Begin(Entry);
        var failure = Should.Throw<NetlinkException>(() => session.Execute("do it"));
        failure.KernelText.ShouldBe("no");
        failure.Message.ShouldContain("needs root");
    }

    [Test]
    public void Execute_asks_for_an_acknowledgement_and_numbers_count_up()
    {
        var kernel = FakeKernel.Answering(Reply.Acknowledgement);
        using var session = new NetlinkSession(kernel);
        for (var i = 0; i < 2; i++)
        {
            session.Begin(Entry, NetlinkFlags.Create).Write(1, 2);
            session.Execute("do it");
        }
        kernel.Requests[0].ShouldBe(Hex("18000000 1000 0504 01000000 00000000 08000100 02000000"));
        Reply.SequenceOf(kernel.Requests[1]).ShouldBe(2u);
    }

    [Test]
    public void Number_0_belongs_to_notifications_and_is_never_given_to_a_request()
    {
        var kernel = FakeKernel.Answering(Reply.Acknowledgement);
        using var session = new NetlinkSession(kernel, lastSequence: uint.MaxValue);
        session.Begin(Entry);
        session.Execute("do it");
        Reply.SequenceOf(kernel.Requests[0]).ShouldBe(1u);
    }

    [Test]
    public void Get_returns_the_entry_before_the_acknowledgement()
    {
        using var session = new NetlinkSession(FakeKernel.Answering(new Reply(Entry, [5, 0, 0, 0]), Reply.Acknowledgement));
        session.Begin(Entry);
        session.Get<int>("get it", ParseNumber).ShouldBe(5);
    }

    [Test]
    public void Get_without_an_entry_is_an_exception()
    {
        using var session = new NetlinkSession(FakeKernel.Answering(Reply.Acknowledgement));
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Get<int>("get it", ParseNumber)).Errno.ShouldBe(Errno.BadMessage);
    }

    [Test]
    public void A_dump_is_collected_over_many_datagrams()
    {
        var kernel = new FakeKernel(request =>
            [
                Reply.Join(request, new Reply(Entry, [1, 0, 0, 0]), new Reply(Entry, [2, 0, 0, 0])),
                Reply.Join(request, new Reply(Entry, [3, 0, 0, 0])),
                Reply.Join(request, Reply.Done),
            ]
        );
        using var session = new NetlinkSession(kernel);
        session.Begin(Entry);
        session.Dump<int>("list", ParseNumber).ShouldBe([1, 2, 3]);
        kernel.Requests[0][6..8].ShouldBe(Hex("0103"));
    }

    [Test]
    public void A_dump_that_ends_with_an_error_is_an_exception()
    {
        var done = Reply.Done with { Payload = Hex("f4ffffff") };
        using var session = new NetlinkSession(FakeKernel.Answering(new Reply(Entry, [1, 0, 0, 0]), done));
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Dump<int>("list", ParseNumber)).Errno.ShouldBe(Errno.OutOfMemory);
    }

    [Test]
    public void An_interrupted_dump_is_asked_again_under_a_new_number()
    {
        var attempts = 0;
        var kernel = new FakeKernel(request =>
        {
            var flags = ++attempts == 1 ? NetlinkFlags.DumpInterrupted : 0;
            return [Reply.Join(request, new Reply(Entry, [(byte)attempts, 0, 0, 0], flags), Reply.Done)];
        });
        using var session = new NetlinkSession(kernel);
        session.Begin(Entry);
        session.Dump<int>("list", ParseNumber).ShouldBe([2]);
        session.RepeatedDumps.ShouldBe(1);
        kernel.Requests.Select(Reply.SequenceOf).ShouldBe([1u, 2u]);
    }

    [Test]
    public void A_dump_that_is_always_interrupted_is_an_exception()
    {
        var kernel = FakeKernel.Answering(Reply.Done with { Flags = NetlinkFlags.DumpInterrupted });
        using var session = new NetlinkSession(kernel);
        session.Begin(Entry);
        Should.Throw<NetlinkException>(() => session.Dump<int>("list", ParseNumber)).Errno.ShouldBe(Errno.Interrupted);
        kernel.Requests.Count.ShouldBe(NetlinkSession.MaxDumpAttempts);
    }

    private static bool ParseNumber(NetlinkMessage message, out int number, out NetlinkProblem problem)
    {
        var fits = message.TrySplit(sizeof(int), out var bytes, out _);
        number = fits ? bytes[0] : 0;
        problem = fits ? NetlinkProblem.None : NetlinkProblem.ValueTooShort;
        return fits;
    }
}
