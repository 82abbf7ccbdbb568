using System.Buffers.Binary;
using System.Globalization;
using Fabric.Addresses;
using Fabric.Connections;
using Microsoft.Win32.SafeHandles;

namespace Fabric.Agent.Connections;

/// <summary>The connections of one table in files of the host's memory, so that the next agent goes on with them, however this one ended.</summary>
/// <remarks>
/// A file for each IP version, `NUMBER.v4` and `NUMBER.v6`: a header of 16 bytes, then a record for each place of the table. A record is written by one
/// call, which the kernel does or does not: a process that is killed leaves none by halves. They belong below /run, which is memory and is empty after
/// a start of the host, as its datapath is. Used by whoever owns the table.
/// </remarks>
internal sealed class ConnectionJournal : IConnectionMirror, IDisposable
{
    private const ulong Magic = 0x326e_6e6f_6362_6166; // "fabconn2"
    private const int HeaderSize = 16;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SafeFileHandle[] _files = new SafeFileHandle[2];
    private readonly byte[] _record = new byte[ConnectionRecord.SizeOf(IpFamily.V6)];
    private readonly Action<string> _warn;
    private bool _isBroken;

    private ConnectionJournal(Action<string> warn) => _warn = warn;

    /// <summary>Reads what an agent before this one has left.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="warn">Is told what cannot be read: those connections are lost.</param>
    /// <returns>Each connection and the number of its table.</returns>
    internal static List<(int Table, ConnectionRecord Record)> Read(string folder, Action<string> warn)
    {
        var all = new List<(int, ConnectionRecord)>();
        try
        {
            if (!Directory.Exists(folder))
                return all;
            foreach (var path in Directory.EnumerateFiles(folder, "*.v?").Order(StringComparer.Ordinal))
                Read(path, all, warn);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            warn($"connections of the agent before are forgotten, their folder cannot be read: {failure.Message}");
        }
        return all;
    }

    /// <summary>Begins the files of a table anew, and says so to the table.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="number">The table's number.</param>
    /// <param name="table">The table; what it holds is written first.</param>
    /// <param name="warn">Is told when writing fails: from there on nothing is kept.</param>
    /// <returns>The files, or null if they cannot be made.</returns>
    internal static ConnectionJournal? Begin(string folder, int number, ConnectionTable table, Action<string> warn)
    {
        var journal = new ConnectionJournal(warn);
        try
        {
            Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
            foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
                journal._files[IndexOf(family)] = Make(PathOf(folder, number, family) + ".new", family);
            table.MirrorTo(journal);
            // Only now is what was there before not needed any more.
            foreach (var family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
                File.Move(PathOf(folder, number, family) + ".new", PathOf(folder, number, family), overwrite: true);
            return journal;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            journal.Break(failure);
            journal.Dispose();
            return null;
        }
    }

    /// <summary>Removes the files of tables that are no more.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tables">How many tables there are.</param>
    internal static void Prune(string folder, int tables)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.v?"))
        {
            if (TryNumberOf(path, out var number) && number >= tables)
                File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void Put(int slot, in ConnectionRecord record)
    {
        var bytes = _record.AsSpan(0, ConnectionRecord.SizeOf(record.Family));
        record.Write(bytes);
        Write(slot, record.Family, bytes);
    }

    /// <inheritdoc/>
    public void Remove(int slot) => Write(slot, FamilyOf(slot), [0]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
            file?.Dispose();
    }

    private void Write(int slot, IpFamily family, ReadOnlySpan<byte> bytes)
    {
        if (_isBroken)
            return;
        try
        {
            RandomAccess.Write(_files[IndexOf(family)], bytes, HeaderSize + (long)(slot >> 1) * ConnectionRecord.SizeOf(family));
        }
        catch (IOException failure)
        {
            Break(failure);
        }
    }

    private void Break(Exception failure)
    {
        _isBroken = true;
        _warn($"connections are not kept for the next agent, which will know none of them: {failure.Message}");
    }

    private static SafeFileHandle Make(string path, IpFamily family)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Own,
        };
        using (new FileStream(path, options)) { }
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], ConnectionRecord.SizeOf(family));
        RandomAccess.Write(file, header, 0);
        return file;
    }

    private static void Read(string path, List<(int, ConnectionRecord)> all, Action<string> warn)
    {
        if (!TryNumberOf(path, out var number))
            return;
        var family = path.EndsWith(".v6", StringComparison.Ordinal) ? IpFamily.V6 : IpFamily.V4;
        var size = ConnectionRecord.SizeOf(family);
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (
            bytes.Length < HeaderSize
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != size
        )
        {
            warn($"connections of the agent before are forgotten: {path} is not of this version");
            return;
        }
        var damaged = 0;
        for (var rest = bytes[HeaderSize..]; !rest.IsEmpty; rest = rest[Math.Min(size, rest.Length)..])
        {
            var record = rest[..Math.Min(size, rest.Length)];
            if (ConnectionRecord.TryRead(record, family, out var connection))
                all.Add((number, connection));
            else if (record[0] != 0)
                damaged++;
        }
        if (damaged > 0)
            warn($"{damaged} connections of the agent before are forgotten: their records in {path} are damaged");
    }

    private static bool TryNumberOf(string path, out int number) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string PathOf(string folder, int number, IpFamily family) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.{(family == IpFamily.V4 ? "v4" : "v6")}"));

    private static int IndexOf(IpFamily family) => family == IpFamily.V4 ? 0 : 1;

    // As handles have it.
    private static IpFamily FamilyOf(int slot) => (slot & 1) == 0 ? IpFamily.V4 : IpFamily.V6;
}
