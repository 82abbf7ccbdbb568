using System.Collections;
using System.Runtime.CompilerServices;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>The addresses of a port, in the order in which they were given.</summary>
/// <remarks>Immutable; the default is empty. One IPv4 address, which is what most ports have, takes no object of its own; to go through them allocates nothing.</remarks>
[CollectionBuilder(typeof(PortAddresses), nameof(Of))]
public readonly struct PortAddresses : IReadOnlyList<InterfaceAddress>
{
    private readonly InterfaceAddress[]? _several;
    private readonly uint _only;
    private readonly byte _prefixLength;
    private readonly bool _isOnly;

    private PortAddresses(ReadOnlySpan<InterfaceAddress> addresses)
    {
        _isOnly = addresses.Length == 1 && addresses[0].Address.Family == IpFamily.V4;
        if (_isOnly)
            (_only, _prefixLength) = ((uint)addresses[0].Address.Bits, (byte)addresses[0].PrefixLength);
        else
            _several = addresses.IsEmpty ? null : addresses.ToArray();
    }

    /// <inheritdoc/>
    public int Count => _isOnly ? 1 : _several?.Length ?? 0;

    /// <summary>There are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public InterfaceAddress this[int index] =>
        !_isOnly ? (_several ?? [])[index]
        : index == 0 ? new InterfaceAddress(IpAddress.V4(_only), _prefixLength)
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Makes a list.</summary>
    public static PortAddresses Of(params ReadOnlySpan<InterfaceAddress> addresses) => new(addresses);

    /// <summary>Goes through them.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc/>
    IEnumerator<InterfaceAddress> IEnumerable<InterfaceAddress>.GetEnumerator()
    {
        foreach (var address in this)
            yield return address;
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<InterfaceAddress>)this).GetEnumerator();

    /// <summary>Goes through the addresses of a port.</summary>
    public struct Enumerator
    {
        private readonly PortAddresses _addresses;
        private int _at = -1;

        internal Enumerator(PortAddresses addresses) => _addresses = addresses;

        /// <summary>The address reached.</summary>
        public readonly InterfaceAddress Current => _addresses[_at];

        /// <summary>Goes on to the next; false after the last.</summary>
        public bool MoveNext() => ++_at < _addresses.Count;
    }
}
