using System.Collections.Immutable;
using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Lab;

/// <summary>Finds out by ping which stations of a lab reach which.</summary>
internal sealed class ReachHost : IDisposable
{
    private const int Samples = 3;

    private static readonly TimeSpan Attempt = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A lab that does not forward is found out in a minute or two, however many pairs of stations it has.
    private static readonly TimeSpan PatienceInAll = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private static readonly IpFamily[] Families = [IpFamily.V4, IpFamily.V6];

    private readonly ImmutableArray<Guest> _guests;
    private readonly Dictionary<(Guest, IpFamily), EchoSocket> _sockets = [];
    private TimeSpan _left = PatienceInAll;

    /// <summary>Opens sockets in the namespaces of stations.</summary>
    public ReachHost(ImmutableArray<Guest> guests)
    {
        _guests = guests;
        foreach (var guest in guests)
        {
            foreach (var family in Families)
                _sockets[(guest, family)] = EchoSocket.Open(guest.HostInterface, family);
        }
    }

    /// <summary>Waits until the first station's ping to the last that is at another host, if there are several, is answered; false if that never happens.</summary>
    public bool WaitForFirst(CancellationToken cancellation) => WaitForFirst(FirstPatience, cancellation);

    /// <summary>The same for a lab that has just come up.</summary>
    /// <param name="name">The lab.</param>
    /// <param name="patience">How long; null for as long as a lab is given.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FabricException">No ping is answered.</exception>
    public void WaitForFirstOf(LabName name, TimeSpan? patience, CancellationToken cancellation)
    {
        if (!WaitForFirst(patience ?? FirstPatience, cancellation))
            throw new FabricException(LabErrors.NoPing, $"lab '{name}' is up, but no ping is answered", remedy: $"look into {name.Log}");
    }

    private bool WaitForFirst(TimeSpan patience, CancellationToken cancellation)
    {
        var first = _guests[0];
        var last = _guests.LastOrDefault(guest => guest.HostNamespace != first.HostNamespace, _guests[^1]);
        return Try(first, last, IpFamily.V4, patience, cancellation);
    }

    /// <summary>Tries all pairs by both versions; of many stations each to the next.</summary>
    public ImmutableArray<Reach> Measure(CancellationToken cancellation) =>
        [
            .. from @from in _guests
            from to in _guests
            where @from != to && (_guests.Length <= ReachListing.MaxGuests || to == _guests[(_guests.IndexOf(@from) + 1) % _guests.Length])
            from family in Families
            select Measure(@from, to, family, cancellation),
        ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
            socket.Dispose();
    }

    private Reach Measure(Guest from, Guest to, IpFamily family, CancellationToken cancellation)
    {
        // The first packet of a flow is decided about; those after it take the way that was found.
        var started = Stopwatch.GetTimestamp();
        var patience =
            _left < LeastPatience ? LeastPatience
            : _left < Patience ? _left
            : Patience;
        var isReached = Try(from, to, family, patience, cancellation);
        _left -= Stopwatch.GetElapsedTime(started);
        var answers = Enumerable
            .Range(0, isReached ? Samples : 0)
            .Select(_ => Send(from, to, family, Patience))
            .Where(answer => answer.IsReply);
        return new Reach(from, to, family, answers.Select(answer => (TimeSpan?)answer.RoundTrip).Min());
    }

    private bool Try(Guest from, Guest to, IpFamily family, TimeSpan patience, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var begun = started; !Send(from, to, family, Attempt).IsReply; begun = Stopwatch.GetTimestamp())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(started) > patience)
                return false;
            // A ping that cannot even be sent fails at once.
            if (Stopwatch.GetElapsedTime(begun) < Attempt)
                cancellation.WaitHandle.WaitOne(Attempt);
        }
        return true;
    }

    private EchoAnswer Send(Guest from, Guest to, IpFamily family, TimeSpan timeout) =>
        to.AddressOf(family) is { } target ? _sockets[(from, family)].Send(target, timeout) : default;
}
