using Fabric.Tests.Hive;
using Fabric.Tests.Journal;

// The test runner loads this assembly. Started as a program, it is the process that a test kills.
return args switch
{
    ["journal-writer", var path, var seed] => await JournalWriter.RunAsync(path, int.Parse(seed)),
    [HiveNodeProcess.Word, var kind, var place, var name, var configuration] => await HiveNodeProcess.RunAsync(
        kind,
        place,
        name,
        configuration
    ),
    _ => 2,
};
