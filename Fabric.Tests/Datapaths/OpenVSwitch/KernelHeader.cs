using System.Globalization;
using System.Text.RegularExpressions;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>The names and numbers of a header file of the kernel: what its enums and defines say.</summary>
internal sealed partial class KernelHeader
{
    private static readonly Dictionary<string, int> s_sizes = new()
    {
        ["__u8"] = 1,
        ["__u16"] = 2,
        ["__be16"] = 2,
        ["__u32"] = 4,
        ["__be32"] = 4,
        ["__u64"] = 8,
        ["int"] = 4,
    };

    private readonly Dictionary<string, long> _numbers = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly string _source;

    private KernelHeader(string source)
    {
        _source = Comment().Replace(source, "");
        foreach (Match list in Enum().Matches(_source))
        {
            ReadEnum(list.Groups[1].Value);
        }
        foreach (Match define in Define().Matches(_source))
        {
            ReadDefine(define.Groups[1].Value, define.Groups[2].Value.Trim());
        }
    }

    /// <summary>Reads /usr/include/linux/NAME.h, or skips the test where the file is not installed.</summary>
    public static KernelHeader Read(string name)
    {
        var path = $"/usr/include/linux/{name}.h";
        if (!File.Exists(path))
        {
            Assert.Ignore($"{path} is not here: install linux-libc-dev");
        }
        return new KernelHeader(File.ReadAllText(path));
    }

    /// <summary>The number of an enum's member or a define, or null.</summary>
    public long? Number(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    /// <summary>The text of a define.</summary>
    public string? Text(string name) => _texts.GetValueOrDefault(name);

    /// <summary>Fields of a struct by name with offset and size, and under "" the whole struct with its size.</summary>
    public IReadOnlyDictionary<string, (int Offset, int Bytes)> Struct(string name)
    {
        var fields = new Dictionary<string, (int, int)>();
        var body = Regex.Match(_source, $@"struct {name} \{{([^}}]*)\}}").Groups[1].Value;
        var (end, alignment) = (0, 1);
        foreach (Match field in Field().Matches(body))
        {
            var size = s_sizes[field.Groups[1].Value];
            var count = field.Groups[3].Value switch
            {
                "" => 1,
                "ETH_ALEN" => 6,
                var number => int.Parse(number, CultureInfo.InvariantCulture),
            };
            end = (end + size - 1) / size * size;
            fields[field.Groups[2].Value] = (end, size * count);
            end += size * count;
            alignment = Math.Max(alignment, size);
        }
        fields[""] = (0, (end + alignment - 1) / alignment * alignment);
        return fields;
    }

    private void ReadEnum(string body)
    {
        var next = 0L;
        foreach (var member in body.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = member.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && long.TryParse(parts[1], out var given))
            {
                next = given;
            }
            _numbers[parts[0]] = next++;
        }
    }

    private void ReadDefine(string name, string value)
    {
        if (value.StartsWith('"'))
        {
            _texts[name] = value.Trim('"');
        }
        else if (Shift().Match(value) is { Success: true } shift)
        {
            _numbers[name] = 1L << int.Parse(shift.Groups[1].Value, CultureInfo.InvariantCulture);
        }
        else if (value.StartsWith("0x", StringComparison.Ordinal))
        {
            _numbers[name] = Convert.ToInt64(value, 16);
        }
        else if (Whole().Match(value) is { Success: true } whole)
        {
            _numbers[name] = long.Parse(whole.Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"enum\s*\w*\s*\{([^}]*)\}")]
    private static partial Regex Enum();

    [GeneratedRegex(@"^#define\s+(\w+)\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Define();

    [GeneratedRegex(@"^\(1 << (\d+)\)$")]
    private static partial Regex Shift();

    [GeneratedRegex(@"^(?:\(\(__u32\))?(\d+)\)?$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(__u8|__u16|__be16|__u32|__be32|__u64|int)\s+(\w+)(?:\[(\w+)\])?;")]
    private static partial Regex Field();
}
