using Fabric.Flows;

namespace Fabric.Tests.Flows;

public class PacketSynthesizerTest
{
    private const int Cases = 10_000;

    [Test]
    public void A_key_becomes_a_frame_of_that_key()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var key = random.Next();
            // Zeros: nothing that a reader could take for an option.
            var frame = PacketSynthesizer.Build(key, new byte[random.Random.Next(64)]);
            FlowKeyReader.Read(frame, key.InPort, out var read).ShouldBeTrue($"seed {seed}");
            if (read != key)
                Differences(key, read).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Test]
    public void A_frame_has_right_checksums()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var key = random.Next();
            var payload = new byte[random.Random.Next(64)];
            if (key.Get(FlowField.TpSrc) is not (135 or 136))
                random.Random.NextBytes(payload);
            FrameChecks.Fault(PacketSynthesizer.Build(key, payload)).ShouldBeNull($"seed {seed}");
        }
    }

    internal static string[] Differences(in FlowKey wanted, in FlowKey got)
    {
        var (a, b) = (wanted, got);
        return
        [
            .. Enum.GetValues<FlowField>()
                .Where(f => a.GetAny(f) != b.GetAny(f))
                .Select(f => $"{f}: wanted {a.GetAny(f):x}, got {b.GetAny(f):x}"),
        ];
    }
}
