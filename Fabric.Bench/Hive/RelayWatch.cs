using System.Diagnostics;

namespace Fabric.Bench.Hive;

/// <summary>Sees when the last of many nodes has reached a position. Any thread.</summary>
internal sealed class RelayWatch(int nodes)
{
    private readonly long[] _positions = new long[nodes];
    private readonly Lock _gate = new();
    private TaskCompletionSource<long> _all = new();
    private long _expected = long.MaxValue;
    private int _missing;

    /// <summary>A node has reached a position.</summary>
    public void Note(int node, long position)
    {
        lock (_gate)
        {
            var was = _positions[node];
            if (position <= was)
                return;
            _positions[node] = position;
            if (was < _expected && position >= _expected && --_missing == 0)
                _all.TrySetResult(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>A node is not waited for any more.</summary>
    public void Forget(int node) => Note(node, long.MaxValue);

    /// <summary>All are to reach this position.</summary>
    public void Expect(long position)
    {
        lock (_gate)
        {
            (_expected, _all) = (position, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            _missing = _positions.Count(reached => reached < position);
            if (_missing == 0)
                _all.SetResult(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>The moment when the last of them had.</summary>
    public Task<long> AllAsync()
    {
        lock (_gate)
            return _all.Task;
    }
}
