namespace Fabric.Devices;

public readonly partial struct PortList
{
    /// <summary>Goes through the members of a list.</summary>
    public struct Enumerator
    {
        private readonly PortId[][] _parts;
        private int _part;
        private int _place;

        internal Enumerator(PortId[][] parts)
        {
            _parts = parts;
            _place = -1;
        }

        /// <summary>The member reached.</summary>
        public readonly PortId Current => _parts[_part][_place];

        /// <summary>Goes on to the next member; false after the last.</summary>
        public bool MoveNext()
        {
            if (_part >= _parts.Length)
                return false;
            if (++_place < _parts[_part].Length)
                return true;
            _place = 0;
            return ++_part < _parts.Length;
        }
    }
}
