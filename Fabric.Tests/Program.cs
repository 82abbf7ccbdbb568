using Fabric.Tests.Journal;

// The test runner loads this assembly. Started as a program, it is the process that a test kills.
return args is ["journal-writer", var path, var seed] ? await JournalWriter.RunAsync(path, int.Parse(seed)) : 2;
