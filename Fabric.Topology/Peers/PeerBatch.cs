using System.Collections.Immutable;

namespace Fabric.Topology.Peers;

/// <summary>A message as <see cref="PeerOutbox{TSubject, TWord}"/> makes it.</summary>
/// <param name="Receiver">The receiver's incarnation, as far as it is known, or 0: <paramref name="Arrived"/> is of that one's messages.</param>
/// <param name="Number">The message's number, from 1, by which its arrival is told; 0 for one that nobody waits for.</param>
/// <param name="Arrived">The numbers of the receiver's messages that have arrived.</param>
/// <param name="Words">What it is told.</param>
public sealed record PeerBatch<TWord>(ulong Receiver, int Number, ImmutableArray<int> Arrived, ImmutableArray<TWord> Words);
