using Fabric.Bench;

return await BenchRun.RunAsync(args);
