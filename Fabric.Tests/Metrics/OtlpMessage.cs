using System.Buffers.Binary;
using System.Text;

namespace Fabric.Tests.Metrics;

/// <summary>What a collector reads out of a request: taken apart by the fields of opentelemetry/proto/metrics/v1/metrics.proto.</summary>
internal static class OtlpMessage
{
    /// <summary>The attributes of what tells, and its metrics.</summary>
    public static (Dictionary<string, string> Resource, List<OtlpMetric> Metrics) Read(byte[] request)
    {
        var resource = Of(request, 1).Single();
        var metrics = Of(resource, 2).SelectMany(scope => Of(scope, 2)).Select(Metric).ToList();
        return (Attributes(Of(resource, 1).Single(), 1), metrics);
    }

    private static OtlpMetric Metric(byte[] metric)
    {
        var gauge = Of(metric, 5).SingleOrDefault();
        var sum = Of(metric, 7).SingleOrDefault();
        var points = Of(gauge ?? sum ?? throw new InvalidDataException("neither gauge nor sum"), 1).Select(Point).ToList();
        return new OtlpMetric(
            Encoding.UTF8.GetString(Of(metric, 1).Single()),
            Encoding.UTF8.GetString(Of(metric, 2).Single()),
            sum is not null && Numbers(sum, 3).SingleOrDefault() == 1,
            sum is null ? null : Numbers(sum, 2).Single(),
            points
        );
    }

    private static (Dictionary<string, string> Attributes, double Value) Point(byte[] point) =>
        (Attributes(point, 7), BinaryPrimitives.ReadDoubleLittleEndian(Of(point, 4).Single()));

    private static Dictionary<string, string> Attributes(byte[] message, int field) =>
        Of(message, field)
            .ToDictionary(
                pair => Encoding.UTF8.GetString(Of(pair, 1).Single()),
                pair => Encoding.UTF8.GetString(Of(Of(pair, 2).Single(), 1).Single())
            );

    private static IEnumerable<byte[]> Of(byte[] message, int field) =>
        Fields(message).Where(one => one.Field == field).Select(one => one.Bytes);

    private static IEnumerable<ulong> Numbers(byte[] message, int field) =>
        Fields(message).Where(one => one.Field == field).Select(one => one.Number);

    private static List<(int Field, ulong Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        for (var at = 0; at < message.Length; )
        {
            var tag = Varint(message, ref at);
            var number = 0UL;
            var length = (tag & 7) switch
            {
                0 => 0,
                1 => sizeof(ulong),
                2 => (int)Varint(message, ref at),
                5 => sizeof(uint),
                var kind => throw new InvalidDataException($"wire type {kind}"),
            };
            if ((tag & 7) == 0)
                number = Varint(message, ref at);
            fields.Add(((int)(tag >> 3), number, message[at..(at + length)]));
            at += length;
        }
        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
