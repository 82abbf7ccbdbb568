using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Fabric.Agent.Cli.Journals;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;
using Fabric.Agent.Host.Interop;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Cli;

/// <summary>`fabric journal`.</summary>
internal sealed class JournalCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns =
    [
        new("journal"),
        new("position", Kind: ColumnKind.Integer),
        new("hash"),
        new("snapshots", Kind: ColumnKind.Integer),
    ];

    private readonly Argument<string> _verb = new("verb") { Description = "backup, restore, verify or copy." };

    private readonly Argument<string?> _file = new("file")
    {
        Description = "Of backup and restore: the backup.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _journal = SharedOptions.Journal();

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Of copy: the journal to read, with its kind of hive before it: akka:WHERE; without a kind it is of sql.",
        HelpName = "KIND:WHERE",
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "Of copy: the journal to fill, in the same words; there must be nothing in it.",
        HelpName = "KIND:WHERE",
    };

    /// <inheritdoc/>
    public override string Summary => "Backs up, restores, checks or carries over the journal, without an agent.";

    /// <inheritdoc/>
    public override string Details =>
        "backup FILE: a copy while agents write; FILE must not exist. restore FILE: into an empty journal, all or nothing. verify: reads everything and tells the first entry that is not sound. copy --from KIND:WHERE --to KIND:WHERE: into an empty journal of any kind of hive and database, with positions, authors and times as they are; no agent may write meanwhile. A backup is a journal too: --journal FILE.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _verb.AcceptOnlyFromAmong("backup", "restore", "verify", "copy");
        command.Arguments.Add(_verb);
        command.Arguments.Add(_file);
        command.Options.Add(_journal);
        command.Options.Add(_from);
        command.Options.Add(_to);
        command.Validators.Add(Check);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var (name, file) = (call.Line.GetValue(_journal)!, call.Line.GetValue(_file));
        try
        {
            return call.Line.GetValue(_verb) switch
            {
                "backup" => await BackUpAsync(name, file!, call),
                "restore" => await RestoreAsync(name, file!, call),
                "copy" => await FillAsync(call.Line.GetValue(_from)!, call.Line.GetValue(_to)!, call),
                _ => await VerifyAsync(name, call),
            };
        }
        catch (JournalException failure)
        {
            throw JournalErrors.Of(
                failure,
                $"journal {JournalPlace.Parse(call.Line.GetValue(_to) ?? name)}: `fabric journal {call.Line.GetValue(_verb)}` ended"
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw new FabricException(CliErrors.Unwritable, $"the backup {file} cannot be written", failure.Message);
        }
    }

    private static async Task<ExitCode> BackUpAsync(string name, string file, CommandCall call)
    {
        await using var source = BackupHost.Read(name);
        var last = (await source.ReadHeadAsync(call.Cancellation)).Position;
        JournalHead head;
        using (var progress = new ProgressLine(call.Terminal, TimeProvider.System))
            head = await BackupHost.WriteAsync(Watch(source, last, progress, call.Cancellation), file, call.Cancellation);
        call.Note($"{file} holds journal {source.Name} up to position {head}");
        Tell(call, file, head, snapshots: head.Position > 0 ? 1 : 0);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> RestoreAsync(string name, string file, CommandCall call)
    {
        if (!File.Exists(file))
            throw new FabricException(JournalErrors.NoBackup, $"there is no file {file}");
        return await FillAsync(file, name, call);
    }

    private static async Task<ExitCode> FillAsync(string from, string to, CommandCall call)
    {
        await using var source = BackupHost.Read(from);
        var last = (await source.ReadHeadAsync(call.Cancellation)).Position;
        if (await source.CheckAsync(call.Cancellation) is { } damage)
            throw new JournalException(JournalFailure.Unreadable, damage);
        await using var target = BackupHost.Fill(to);
        FillOutcome outcome;
        using (var progress = new ProgressLine(call.Terminal, TimeProvider.System))
            outcome = await target.FillAsync(Watch(source, last, progress, call.Cancellation), call.Cancellation);
        if (!outcome.IsFilled)
            throw new FabricException(JournalErrors.NotEmpty, $"journal {target.Name} is at position {outcome.Head} already");
        call.Note($"journal {target.Name} is restored from {source.Name} up to position {outcome.Head}");
        Tell(call, target.Name, outcome.Head, snapshots: outcome.Head.Position > 0 ? 1 : 0);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> VerifyAsync(string name, CommandCall call)
    {
        await using var journal = BackupHost.Read(name);
        AuditResult result;
        using (var progress = new ProgressLine(call.Terminal, TimeProvider.System))
            result = await AuditPath.VerifyAsync(journal, progress.Tell, call.Cancellation);
        Tell(call, journal.Name, result.Head, result.Snapshots);
        if (result.Damage is { } damage)
            throw new FabricException(
                JournalErrors.NotSound,
                $"journal {journal.Name} is sound up to position {result.Head} and not further",
                damage
            );
        call.Note($"journal {journal.Name} is sound up to position {result.Head}, with {result.Snapshots} snapshots");
        return ExitCode.Ok;
    }

    private static void Tell(CommandCall call, string journal, JournalHead head, int snapshots)
    {
        if (call.Format is not null)
            call.Write(
                new Listing(
                    "journal",
                    Columns,
                    [
                        [journal, head.Position, head.Hash.ToString(), snapshots],
                    ]
                )
            );
    }

    private static async IAsyncEnumerable<AuditPage> Watch(
        SqlJournal source,
        long last,
        ProgressLine progress,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var page in AuditPath.ReadAsync(source, ReplicaState.Start, last, cancellation))
        {
            yield return page;
            progress.Tell(page.State.Head.Position, last);
        }
    }

    private void Check(CommandResult result)
    {
        var verb = result.GetValue(_verb);
        var file = result.GetValue(_file);
        if (verb is "backup" or "restore" && file is null)
            result.AddError($"{verb} wants a file: fabric journal {verb} FILE");
        else if (verb is "copy" && (result.GetValue(_from) is null || result.GetValue(_to) is null || file is not null))
            result.AddError("copy wants two journals: fabric journal copy --from KIND:WHERE --to KIND:WHERE");
        else if (verb is not "copy" && (result.GetValue(_from) ?? result.GetValue(_to)) is not null)
            result.AddError($"--from and --to are for `fabric journal copy`; {verb} takes --journal");
        else if (verb is "verify" && file is not null)
            result.AddError($"`fabric journal verify` takes no '{file}' here; --journal {file} checks a backup");
    }
}
