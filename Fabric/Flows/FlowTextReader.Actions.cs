using System.Globalization;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Flows;

internal ref partial struct FlowTextReader
{
    private static readonly string[] s_actions = ["drop", "set", "push_vlan", "pop_vlan", "userspace", "check_pkt_len"];

    private bool ReadActions()
    {
        var isDrop = false;
        do
        {
            _scanner.SkipBlanks();
            var at = _scanner.At;
            var word = _scanner.Word();
            isDrop |= word is "drop";
            if (!ReadAction(at, word))
                return false;
            if (isDrop && _actions.Count > 0)
                return _scanner.Fail(at, "drop stands alone");
            _scanner.SkipBlanks();
        } while (_scanner.TryTake(','));
        return _scanner.IsEnd || _scanner.Fail(_scanner.At, $"expected ',' {_scanner.Found()}");
    }

    private bool ReadAction(int at, ReadOnlySpan<char> word)
    {
        switch (word)
        {
            case "drop":
                return true;
            case "pop_vlan":
                _actions.Add(FlowAction.PopVlan());
                return true;
            case "push_vlan":
                return _scanner.Take('(') && ReadPush() && _scanner.Take(')');
            case "set":
                return _scanner.Take('(') && ReadSet() && _scanner.Take(')');
            case "check_pkt_len":
                return _scanner.Take('(') && ReadIfFits(at) && _scanner.Take(')');
            case "userspace":
                return _scanner.Take('(') && ReadUserspace() && _scanner.Take(')');
        }
        if (uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            _actions.Add(FlowAction.Output(port));
            return true;
        }
        var hint = NearestWord.Hint(word, s_actions);
        return _scanner.Fail(
            at,
            word.IsEmpty ? $"expected an action {_scanner.Found()}" : $"'{word}' is neither a port's number nor an action{hint}"
        );
    }

    private bool ReadPush()
    {
        var tpid = EtherType.Vlan;
        if (_scanner.TryTakeText("tpid="))
        {
            var at = _scanner.At;
            if (!ReadValue(FieldNotation.Hex, 16, out var value, out _))
                return false;
            tpid = (ushort)value;
            if (!EtherType.IsVlan(tpid))
                return _scanner.Fail(at, "expected 0x8100 or 0x88a8");
            if (_scanner.Next != ')' && !_scanner.Take(','))
                return false;
        }
        if (!ReadTci(out var tci, out _))
            return false;
        _actions.Add(FlowAction.PushVlan(tpid, tci));
        return true;
    }

    private bool ReadSet()
    {
        var at = _scanner.At;
        var name = _scanner.Word();
        if (name is "vlan")
            return _scanner.Take('(') && ReadSetTag() && _scanner.Take(')');
        if (FlowAttribute.Find(name) is not { } attribute)
            return _scanner.Fail(at, $"'{name}' cannot be set{NearestWord.Hint(name, FlowAttribute.All.Select(a => a.Name))}");
        var isTunnel = attribute == FlowAttribute.Metadata[0];
        return _scanner.Take('(') && (isTunnel ? ReadSetTunnel(attribute) : ReadSetFields(attribute)) && _scanner.Take(')');
    }

    private bool ReadSetTag()
    {
        if (!ReadTci(out var value, out var mask))
            return false;
        _actions.Add(FlowAction.SetField(FlowField.VlanTci, value, mask));
        return true;
    }

    private bool ReadSetFields(FlowAttribute attribute)
    {
        do
        {
            if (!ReadPart(attribute, out var part, out var value, out var mask))
                return false;
            _actions.Add(FlowAction.SetField(part.Field, value, mask == part.Bits ? FlowFieldLayout.AllOf(part.Field) : mask));
        } while (_scanner.TryTake(','));
        return true;
    }

    private bool ReadSetTunnel(FlowAttribute attribute)
    {
        var tunnel = default(FlowKey);
        var family = IpFamily.V4;
        do
        {
            if (!ReadPart(attribute, out var part, out var value, out _))
                return false;
            tunnel.SetAny(part.Field, value);
            if (part.Notation == FieldNotation.Ipv6)
                family = IpFamily.V6;
        } while (_scanner.TryTake(','));
        var options = new TunnelOptions(
            (TunnelFlags)tunnel.Get(FlowField.TunnelFlags),
            (byte)tunnel.Get(FlowField.TunnelTos),
            (byte)tunnel.Get(FlowField.TunnelTtl)
        );
        var source = IpAddress.Of(family, tunnel.GetWide(FlowField.TunnelSrc));
        var destination = IpAddress.Of(family, tunnel.GetWide(FlowField.TunnelDst));
        _actions.Add(FlowAction.SetTunnel(tunnel.Get(FlowField.TunnelId), source, destination, options));
        return true;
    }

    private bool ReadIfFits(int at)
    {
        if (!_scanner.TakeText("size=") || !ReadValue(FieldNotation.Decimal, 16, out var size, out _))
            return false;
        if (!_scanner.TakeText(",gt(userspace),le(") || !ReadValue(FieldNotation.Decimal, 32, out var port, out _) || !_scanner.Take(')'))
            return false;
        if (size == UInt128.Zero || _actions.Count == 0 || _actions[^1].Kind != FlowActionKind.SetTunnel)
            return _scanner.Fail(at, "a length is checked for an output through a tunnel, right after its set(tunnel(...))");
        _actions[^1] = _actions[^1].Within((ushort)size);
        _actions.Add(FlowAction.Output((uint)port));
        return true;
    }

    private bool ReadUserspace()
    {
        if (!_scanner.TakeText("pid=") || !ReadValue(FieldNotation.Decimal, 32, out var pid, out _))
            return false;
        ulong cookie = 0;
        if (_scanner.TryTake(','))
        {
            if (!_scanner.TakeText("userdata("))
                return false;
            var at = _scanner.At;
            var digits = _scanner.Until(",()");
            if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out cookie))
                return _scanner.Fail(at, $"expected at most 16 hexadecimal digits, but found '{digits}'");
            if (!_scanner.Take(')'))
                return false;
        }
        _actions.Add(FlowAction.Userspace((uint)pid, cookie));
        return true;
    }
}
