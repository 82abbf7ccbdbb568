using System.Globalization;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Reads the notation of <see cref="PacketNotation"/>.</summary>
internal ref struct PacketNotationReader(ReadOnlySpan<char> text)
{
    /// <summary>The latest time that a packet can come in: 30 days.</summary>
    private const double MaxSeconds = 30 * 86_400;

    private readonly List<(int At, PacketWord Word)> _seen = [];
    private NotationScanner _scanner = new(text);
    private FlowKey _key;
    private FlowMask _told;
    private string _inPort = "";
    private byte[] _payload = [];
    private TimeSpan? _at;
    private ushort? _echoIdentifier;
    private int _echoIdentifierAt;

    /// <summary>The first error.</summary>
    public readonly NotationError? Error => _scanner.Error;

    private static IEnumerable<string> Names =>
        [
            .. PacketWord.All.SelectMany(w => w.Names),
            .. PacketWord.Kinds.Select(k => k.Name),
            .. (string[])["in_port", "payload", "at", "icmp_id", "vlan_tci"],
        ];

    /// <summary>Reads the whole text, or returns null and leaves an error.</summary>
    public PacketDescription? Read()
    {
        do
        {
            _scanner.SkipBlanks();
            if (!ReadOne())
                return null;
            _scanner.SkipBlanks();
        } while (_scanner.TryTake(','));
        if (!_scanner.IsEnd)
        {
            _scanner.Fail(_scanner.At, $"expected ',' {_scanner.Found()}");
            return null;
        }
        ImplyTags();
        if (!CheckNeeds())
            return null;
        PacketDefaults.FillIn(ref _key, _told);
        if (_echoIdentifier is not null && !PacketDescription.IsEcho(_key))
        {
            _scanner.Fail(_echoIdentifierAt, "icmp_id needs an echo: icmp or icmp6, of no other type, not a later fragment");
            return null;
        }
        return new PacketDescription(_inPort, _key, _told, _payload, _at, _echoIdentifier ?? 0);
    }

    private bool ReadOne()
    {
        var at = _scanner.At;
        var name = _scanner.Word();
        if (!_scanner.TryTake('='))
            return ReadKind(at, name);
        switch (name)
        {
            case "in_port":
                return ReadInPort(at);
            case "payload":
                return ReadPayload();
            case "at":
                return ReadTime(at);
            case "icmp_id":
                return ReadEchoIdentifier(at);
            case "vlan_tci":
                return ReadTci(at);
        }
        if (PacketWord.Find(name) is not { } word)
            return _scanner.Fail(at, $"'{name}' is not a field of a packet{NearestWord.Hint(name, Names)}");
        _scanner.SkipBlanks();
        var valueAt = _scanner.At;
        var written = _scanner.Until(",");
        if (word.Notation != FieldNotation.TcpFlags && written.Contains('/'))
            return _scanner.Fail(valueAt, "a packet's field has a value, not a mask");
        if (FieldValue.Parse(word.Notation, word.Width, written, out var value, out _) is { } problem)
            return _scanner.Fail(valueAt, problem);
        value <<= word.Shift;
        if ((value & ~word.Bits) != UInt128.Zero)
            return _scanner.Fail(valueAt, $"expected a multiple of 4 for {name}; the two low bits are nw_ecn");
        _seen.Add((at, word));
        return Tell(at, name, word.Field, value, word.Bits);
    }

    private bool ReadKind(int at, ReadOnlySpan<char> name)
    {
        foreach (var (known, type, protocol) in PacketWord.Kinds)
        {
            if (!name.SequenceEqual(known))
                continue;
            return Tell(at, name, FlowField.EthType, type, ushort.MaxValue)
                && (protocol is not { } number || Tell(at, name, FlowField.IpProto, number, byte.MaxValue));
        }
        if (name.IsEmpty)
            return _scanner.Fail(at, $"expected a field such as nw_src=10.0.0.1, or a kind such as tcp, {_scanner.Found()}");
        return PacketWord.Find(name) is null
            ? _scanner.Fail(at, $"'{name}' is neither a kind of packet nor a field{NearestWord.Hint(name, Names)}")
            : _scanner.Fail(_scanner.At, $"expected '=' and a value for {name}");
    }

    /// <summary>Stores bits; telling them twice is an error unless it is the kind again, in other words.</summary>
    private bool Tell(int at, ReadOnlySpan<char> name, FlowField field, UInt128 value, UInt128 bits)
    {
        var told = _told.GetAny(field) & bits;
        var isKind = field is FlowField.EthType or FlowField.IpProto;
        if (told != UInt128.Zero && !(isKind && _key.GetAny(field) == value))
            return _scanner.Fail(at, isKind ? $"'{name}' contradicts what was said before{HintForIpv6(name)}" : $"{name} was told before");
        _key.SetAny(field, _key.GetAny(field) & ~bits | value);
        _told.Add(field, bits);
        return true;
    }

    private readonly string HintForIpv6(ReadOnlySpan<char> name) =>
        _key.EthType == EtherType.Ipv6 && name is "tcp" or "udp" or "icmp" ? $"; over IPv6 it is '{name}6'" : "";

    private bool ReadInPort(int at)
    {
        if (_inPort.Length > 0)
            return _scanner.Fail(at, "in_port was told before");
        _scanner.SkipBlanks();
        var valueAt = _scanner.At;
        _inPort = _scanner.Until(",").ToString();
        if (_inPort.Length == 0)
            return _scanner.Fail(valueAt, "expected a port's name or number");
        if (uint.TryParse(_inPort, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _key.InPort = number;
            _told.AddWhole(FlowField.InPort);
        }
        return true;
    }

    /// <summary>A whole tag; zero says that there is none, as ovs-vswitchd writes it.</summary>
    private bool ReadTci(int at)
    {
        var valueAt = _scanner.At;
        if (FieldValue.Parse(FieldNotation.Hex, 16, _scanner.Until(","), out var value, out _) is { } problem)
            return _scanner.Fail(valueAt, problem);
        // The bit of "drop eligible" stands there for "there is a tag".
        return value == UInt128.Zero || Tell(at, "vlan_tci", FlowField.VlanTci, value & ~(UInt128)TciParts.DropEligible, ushort.MaxValue);
    }

    private bool ReadTime(int at)
    {
        if (_at is not null)
            return _scanner.Fail(at, "at was told before");
        _scanner.SkipBlanks();
        var valueAt = _scanner.At;
        var written = _scanner.Until(",").Trim();
        var digits = written.TrimEnd("hms");
        double? unit = written[digits.Length..] switch
        {
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            "ms" => 0.001,
            _ => null,
        };
        var isTime =
            unit is not null
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit <= MaxSeconds;
        if (!isTime)
            return _scanner.Fail(valueAt, "expected a time such as 1.5s, 200ms, 3m or 2h");
        _at = TimeSpan.FromSeconds(double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit!.Value);
        return true;
    }

    private bool ReadEchoIdentifier(int at)
    {
        if (_echoIdentifier is not null)
            return _scanner.Fail(at, "icmp_id was told before");
        _scanner.SkipBlanks();
        var valueAt = _scanner.At;
        if (FieldValue.Parse(FieldNotation.Decimal, 16, _scanner.Until(","), out var value, out _) is { } problem)
            return _scanner.Fail(valueAt, problem);
        (_echoIdentifier, _echoIdentifierAt) = ((ushort)value, at);
        return true;
    }

    private bool ReadPayload()
    {
        _scanner.SkipBlanks();
        var at = _scanner.At;
        var digits = _scanner.Until(",");
        if (digits.Length % 2 != 0 || digits.ContainsAnyExcept("0123456789abcdefABCDEF"))
            return _scanner.Fail(at, "expected an even number of hexadecimal digits");
        if (digits.Length / 2 > PacketSynthesizer.MaxPayload)
            return _scanner.Fail(at, $"expected at most {PacketSynthesizer.MaxPayload} bytes");
        _payload = Convert.FromHexString(digits);
        return true;
    }

    /// <summary>A part of a tag that is told says that there is the tag.</summary>
    private void ImplyTags()
    {
        if (!_told.IsWildcard(FlowField.CvlanTci) && _told.IsWildcard(FlowField.CvlanTpid))
            _key.Set(FlowField.CvlanTpid, EtherType.Vlan);
        if (!_told.IsWildcard(FlowField.VlanTci) && _told.IsWildcard(FlowField.VlanTpid))
            _key.Set(FlowField.VlanTpid, EtherType.Vlan);
    }

    /// <summary>Extension headers are not protocols; a later fragment's key has that of its fragment header all the same.</summary>
    private static bool IsExtension(in FlowKey key) =>
        key is { EthType: EtherType.Ipv6, IpFrag: not FragmentKind.Later }
        && key.IpProto
            is IpProtocol.HopByHop
                or IpProtocol.Routing
                or IpProtocol.Fragment
                or IpProtocol.Ah
                or IpProtocol.DestinationOptions;

    private static bool IsType(ushort type) => type == EtherType.Llc || (type >= EtherType.Min && !EtherType.IsVlan(type));

    private bool CheckNeeds()
    {
        foreach (var (at, word) in _seen)
        {
            if (!word.IsOf(_key))
                return _scanner.Fail(at, $"{word.Name} needs {word.Needs}");
            if (word.Field is FlowField.VlanTpid or FlowField.CvlanTpid && !EtherType.IsVlan((ushort)_key.Get(word.Field)))
                return _scanner.Fail(at, $"{word.Name} is 0x8100 or 0x88a8");
            if (word.Field == FlowField.IpProto && IsExtension(_key))
                return _scanner.Fail(at, "nw_proto is what follows the IPv6 extension headers, not one of them");
            if (word.Field == FlowField.EthType && !IsType(_key.EthType))
                return _scanner.Fail(at, "dl_type is 0x0600 or above, not that of a VLAN tag (see dl_vlan), or 0x0004 for 802.2");
        }
        return true;
    }
}
