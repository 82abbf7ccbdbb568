using System.Globalization;
using Npgsql;

namespace Fabric.Topology.Journal;

/// <summary>A journal's address on PostgreSQL: <c>postgresql://user:password@host1:port,host2/database?option=value</c>.</summary>
/// <remarks>
/// The form of libpq (PostgreSQL 15, section 34.1.1.2). Without a password the driver looks into PGPASSFILE and PGPASSWORD, where no other
/// user of the machine sees it. Of several hosts the one is used that is the primary just now.
/// </remarks>
public sealed class PostgresAddress
{
    private const string Known = "host, port, sslmode, sslrootcert, sslcert, sslkey, passfile, connect_timeout, application_name";

    private static readonly string[] s_schemes = ["postgresql://", "postgres://"];

    private PostgresAddress(NpgsqlConnectionStringBuilder connection) => Connection = connection;

    /// <summary>What the driver is told; alike for all connections of a journal.</summary>
    public NpgsqlConnectionStringBuilder Connection { get; }

    /// <summary>A database is named by such an address and not by a path.</summary>
    public static bool IsOne(string database) => s_schemes.Any(scheme => database.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>What people may see of the name of any database: a path as it is, an address without its password.</summary>
    public static string Show(string database) =>
        !IsOne(database) ? database
        : TryParse(database, out var address, out _) ? address!.ToString()
        : "postgresql://...";

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">The address, if it can be read.</param>
    /// <param name="mistake">What is wrong with it, else.</param>
    public static bool TryParse(string text, out PostgresAddress? address, out string? mistake)
    {
        (address, mistake) = (null, null);
        try
        {
            address = new PostgresAddress(Read(text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..]));
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
        {
            mistake = wrong.Message;
        }
        return address is not null;
    }

    /// <summary>The address as people may see it: without the password and the options.</summary>
    public override string ToString()
    {
        var user = Connection.Username is { } name ? $"{name}@" : "";
        return $"postgresql://{user}{Connection.Host}/{Connection.Database}";
    }

    // user:password@hosts/database?options; each part is percent-encoded where its characters would mean something.
    private static NpgsqlConnectionStringBuilder Read(string rest)
    {
        var connection = new NpgsqlConnectionStringBuilder();
        var (before, options) = Cut(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var (authority, database) = Cut(before, before.IndexOf('/', StringComparison.Ordinal));
        var at = authority.LastIndexOf('@');
        var hosts = authority[(at + 1)..];
        if (at >= 0)
        {
            var (user, password) = Cut(
                authority[..at],
                authority.IndexOf(':', StringComparison.Ordinal) is var colon && colon < at ? colon : -1
            );
            connection.Username = Uri.UnescapeDataString(user);
            if (password.Length > 0)
                connection.Password = Uri.UnescapeDataString(password);
        }
        if (hosts.Length > 0)
            connection.Host = Uri.UnescapeDataString(hosts);
        if (database.Length > 0)
            connection.Database = Uri.UnescapeDataString(database);
        foreach (var option in options.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(option, option.IndexOf('=', StringComparison.Ordinal));
            Set(connection, name, Uri.UnescapeDataString(value));
        }
        if (string.IsNullOrEmpty(connection.Host))
            throw new FormatException("it names no host");
        if (string.IsNullOrEmpty(connection.Database))
            throw new FormatException("it names no database: postgresql://user@host/DATABASE");
        return connection;
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string name, string value)
    {
        switch (name)
        {
            case "host":
                connection.Host = value;
                break;
            case "port":
                connection.Port = Number(value);
                break;
            case "sslmode":
                connection.SslMode = Enum.TryParse<SslMode>(
                    value.Replace("-", "", StringComparison.Ordinal),
                    ignoreCase: true,
                    out var mode
                )
                    ? mode
                    : throw new FormatException($"sslmode is not known: '{value}'; use require or verify-full");
                break;
            case "sslrootcert":
                connection.RootCertificate = value;
                break;
            case "sslcert":
                connection.SslCertificate = value;
                break;
            case "sslkey":
                connection.SslKey = value;
                break;
            case "passfile":
                connection.Passfile = value;
                break;
            case "connect_timeout":
                connection.Timeout = Number(value);
                break;
            case "application_name":
                connection.ApplicationName = value;
                break;
            default:
                throw new FormatException($"its option '{name}' is not known; known are {Known}");
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static (string Before, string After) Cut(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
}
