return await Fabric.Agent.Cli.CommandLineHost.RunAsync(args);
