using Fabric.Agent.Errors;
using Fabric.Agent.Host.Interop;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Cli.Journals;

/// <summary>Backups of journals: files that are journals themselves, on SQLite, so that --journal also takes one.</summary>
internal static class BackupHost
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(10);

    /// <summary>A journal that is only read.</summary>
    public static SqlJournal Read(string journal) =>
        new(JournalPlace.Parse(journal).Options with { IsReadOnly = true, AnswerPatience = AnswerPatience });

    /// <summary>A journal that is to be filled; made if there is none.</summary>
    public static SqlJournal Fill(string journal) =>
        new(JournalPlace.Parse(journal).Options with { LockPatience = LockPatience, AnswerPatience = AnswerPatience });

    /// <summary>Writes a backup: under another name, to the disk, and only then by its name, which nothing may have.</summary>
    /// <param name="pages">What it holds.</param>
    /// <param name="file">Its path.</param>
    /// <param name="cancellation">Gives up, and leaves nothing.</param>
    /// <exception cref="FabricException">There is such a file.</exception>
    /// <exception cref="IOException">The folder does not take it.</exception>
    public static async Task<JournalHead> WriteAsync(IAsyncEnumerable<AuditPage> pages, string file, CancellationToken cancellation)
    {
        if (Path.Exists(file))
            throw Exists(file);
        var part = $"{file}.part-{Path.GetRandomFileName()}";
        try
        {
            var ownersOnly = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await new FileStream(part, ownersOnly).DisposeAsync();
            FillOutcome filled;
            await using (var target = new SqlJournal(new SqlJournalOptions(part) { IsSingleFile = true }))
                filled = await target.FillAsync(pages, cancellation);
            Give(part, file);
            return filled.Head;
        }
        finally
        {
            File.Delete(part);
            File.Delete(part + "-journal");
        }
    }

    // Nothing that came in between is written over. Not every file system can rename so, nor give a second name, but each does one of them.
    private static void Give(string part, string file)
    {
        var isGiven = Libc.renameat2(Libc.AT_FDCWD, part, Libc.AT_FDCWD, file, Libc.RENAME_NOREPLACE) == 0;
        if (!isGiven && Libc.LastErrno is Errno.Invalid)
            isGiven = Libc.link(part, file) == 0;
        if (!isGiven)
        {
            var errno = Libc.LastErrno;
            throw errno == Errno.Exists ? Exists(file) : new LinuxException($"name backup {file}", errno);
        }
        using var folder = Libc.open(Path.GetDirectoryName(Path.GetFullPath(file))!, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (folder.IsInvalid || Libc.fsync(folder) != 0)
            throw LinuxException.Last($"write the name of backup {file} to the disk");
    }

    private static FabricException Exists(string file) => new(JournalErrors.Exists, $"there is a file {file} already");
}
