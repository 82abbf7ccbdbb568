using System.Collections;
using System.Runtime.CompilerServices;

namespace Fabric.Collections;

public sealed partial class PersistentMap<TKey, TValue>
{
    /// <summary>Goes through the entries of a map.</summary>
    public struct Enumerator : IEnumerator<KeyValuePair<TKey, TValue>>
    {
        private Path _path;
        private int _depth;
        private KeyValuePair<TKey, TValue>[] _entries;
        private int _at;

        internal Enumerator(object root)
        {
            (_path, _depth, _entries, _at) = (default, 0, [], -1);
            Enter(root);
        }

        /// <inheritdoc/>
        public readonly KeyValuePair<TKey, TValue> Current => _entries[_at];

        /// <inheritdoc/>
        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            while (true)
            {
                if (++_at < _entries.Length)
                    return true;
                if (!Advance())
                    return false;
            }
        }

        /// <inheritdoc/>
        public readonly void Dispose() { }

        /// <inheritdoc/>
        readonly void IEnumerator.Reset() => throw new NotSupportedException();

        /// <summary>Goes on to the next array of entries; false after the last.</summary>
        private bool Advance()
        {
            while (_depth > 0)
            {
                ref var step = ref _path[_depth - 1];
                var last = step.Places[step.At];
                // An array may stand in several places.
                while (++step.At < step.Places.Length && ReferenceEquals(step.Places[step.At], last)) { }
                if (step.At < step.Places.Length)
                {
                    Enter(step.Places[step.At]);
                    return true;
                }
                _depth--;
            }
            return false;
        }

        private void Enter(object node)
        {
            while (node is object[] places)
            {
                _path[_depth++] = new Step { Places = places };
                node = places[0];
            }
            (_entries, _at) = ((KeyValuePair<TKey, TValue>[])node, -1);
        }

        private struct Step
        {
            public object[] Places;
            public int At;
        }

        // As deep as 32 bits of a hash lead, five at a time.
        [InlineArray(7)]
        private struct Path
        {
            private Step _first;
        }
    }
}
