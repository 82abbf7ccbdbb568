using System.Numerics;
using System.Runtime.Intrinsics;

namespace Fabric.Connections;

/// <summary>Goes through the numbers of a hash in a <see cref="NodeIndex"/>, the one that was added first before the others.</summary>
/// <remarks>Not to be used after the index has changed.</remarks>
public ref struct NodeWalk
{
    private readonly NodeIndex _index;
    private readonly uint _hash;
    private ReadOnlySpan<uint> _line;
    private uint _hits;

    internal NodeWalk(NodeIndex index, uint hash)
    {
        (_index, _hash) = (index, hash);
        Enter(index.LineOf(hash));
    }

    /// <summary>The number.</summary>
    public int Current { get; private set; }

    /// <summary>Goes to the next; false after the last.</summary>
    public bool MoveNext()
    {
        while (_hits == 0)
        {
            Enter(_index.LineAfter(_line));
            if (_line.IsEmpty)
                return false;
        }
        Current = (int)_line[NodeIndex.NumbersAt + BitOperations.TrailingZeroCount(_hits)];
        _hits &= _hits - 1;
        return true;
    }

    private void Enter(ReadOnlySpan<uint> line)
    {
        _line = line;
        if (line.IsEmpty)
            return;
        var equal = Vector256.Equals(Vector256.Create(line), Vector256.Create(_hash)).ExtractMostSignificantBits();
        _hits = equal & ((1u << (int)line[NodeIndex.CountAt]) - 1);
    }
}
