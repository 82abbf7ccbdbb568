using Fabric.Packets;

namespace Fabric.Flows;

internal ref partial struct FlowTextReader
{
    /// <summary>A tag: the eth_type() before it was the tag's identifier.</summary>
    private bool ReadTag(int at, int depth)
    {
        if (depth >= MaxDepth || depth != _tags)
            return _scanner.Fail(at, "a third VLAN tag is not told apart");
        if (!EtherType.IsVlan(_key.EthType) || !_mask.IsExact(FlowField.EthType))
            return _scanner.Fail(at, "vlan() needs eth_type(0x8100) or eth_type(0x88a8) before it");
        var (tpid, tci) = depth == 0 ? (FlowField.VlanTpid, FlowField.VlanTci) : (FlowField.CvlanTpid, FlowField.CvlanTci);
        _key.Set(tpid, _key.EthType);
        _mask.AddWhole(tpid);
        _key.EthType = 0;
        _mask.SetAny(FlowField.EthType, UInt128.Zero);
        _tags++;
        if (!_scanner.Take('(') || !ReadTci(out var value, out var mask) || !_scanner.Take(')'))
            return false;
        _key.Set(tci, value);
        _mask.SetAny(tci, mask);
        return true;
    }

    /// <summary>The parts of a tag until a closing parenthesis; a tag with whole identifier and priority is not drop eligible unless it says so.</summary>
    private bool ReadTci(out ushort value, out ushort mask)
    {
        (value, mask) = (0, 0);
        var saysEligible = false;
        while (_scanner.Next != ')')
        {
            var at = _scanner.At;
            var name = _scanner.Word();
            var (width, shift) = name switch
            {
                "vid" => (TciParts.IdWidth, 0),
                "pcp" => (TciParts.PriorityWidth, TciParts.PriorityShift),
                "dei" => (1, TciParts.DropEligibleShift),
                // The kernel's bit for "there is a tag", which there is.
                "cfi" => (1, -1),
                _ => (0, 0),
            };
            if (width == 0)
                return _scanner.Fail(at, $"a VLAN tag has no '{name}'{NearestWord.Hint(name, ["vid", "pcp", "dei"])}");
            if (!_scanner.Take('=') || !ReadValue(FieldNotation.Decimal, width, out var part, out var bits))
                return false;
            saysEligible |= shift == TciParts.DropEligibleShift;
            if (shift >= 0)
            {
                value |= (ushort)((int)part << shift);
                mask |= (ushort)((int)bits << shift);
            }
            if (!_scanner.TryTake(','))
                break;
        }
        if (!saysEligible && (mask | TciParts.DropEligible) == ushort.MaxValue)
            mask = ushort.MaxValue;
        return true;
    }

    /// <summary>A tag that is not named is not there; an inner one matters only behind an outer one.</summary>
    private void CompleteTags()
    {
        _mask.AddWhole(FlowField.VlanTpid);
        if (_tags > 0)
            _mask.AddWhole(FlowField.CvlanTpid);
    }
}
