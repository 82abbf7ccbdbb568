using System.Collections.Immutable;

namespace Fabric.Protocol;

/// <summary>The layout of questions of one agent to another, and of their answers.</summary>
internal static class QuestionLayouts
{
    private static readonly FieldCodec<ImmutableArray<byte>> s_bytes = ValueCodec.Of<ImmutableArray<byte>>(
        (writer, bytes) => writer.Bytes(bytes.AsSpan()),
        TryReadBytes
    );

    private static readonly FieldCodec<HostQuestionTopic> s_topic = ValueCodec.Number(
        8,
        topic => (byte)topic,
        bits => (HostQuestionTopic)(byte)bits
    );

    private static readonly Layout<HostQuestion> s_question = new Layout<HostQuestion>("host question", new(default, 0, ""))
        .Required(1, s_topic, question => question.Topic, (question, topic) => question with { Topic = topic }, since: 5)
        .Required(2, ValueCodec.Int32, question => question.Limit, (question, limit) => question with { Limit = limit }, since: 5)
        .Optional(3, ValueCodec.Text, question => question.Text, (question, text) => question with { Text = text }, since: 5);

    public static Union<QuestionMessage> Message { get; } =
        new Union<QuestionMessage>("question message")
            .Case(
                1,
                new Layout<QuestionMessage.Ask>("question", new(0, new(default, 0, ""), 0, 0))
                    .Required(1, ValueCodec.UInt64, ask => ask.Number, (ask, number) => ask with { Number = number }, since: 5)
                    .Required(2, s_question, ask => ask.Question, (ask, question) => ask with { Question = question }, since: 5)
                    .Required(3, ValueCodec.Int32, ask => ask.Offset, (ask, offset) => ask with { Offset = offset }, since: 5)
                    .Required(4, ValueCodec.Int32, ask => ask.Credit, (ask, credit) => ask with { Credit = credit }, since: 5),
                since: 5
            )
            .Case(
                2,
                new Layout<QuestionMessage.Part>("part of an answer", new(0, 0, 0, []))
                    .Required(1, ValueCodec.UInt64, part => part.Number, (part, number) => part with { Number = number }, since: 5)
                    .Required(2, ValueCodec.Int32, part => part.Offset, (part, offset) => part with { Offset = offset }, since: 5)
                    .Required(3, ValueCodec.Int32, part => part.Length, (part, length) => part with { Length = length }, since: 5)
                    .Required(4, s_bytes, part => part.Bytes, (part, bytes) => part with { Bytes = bytes }, since: 5),
                since: 5
            );

    private static bool TryReadBytes(ReadOnlySpan<byte> content, out ImmutableArray<byte> bytes)
    {
        bytes = [.. content];
        return true;
    }
}
