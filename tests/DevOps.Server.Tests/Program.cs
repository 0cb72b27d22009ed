using DevOps.Server.Tests.Hosting;

// This assembly is a program of its own: the tests, or, when a test starts it so, a backend that can be killed.
return BackendProcess.IsWanted ? BackendProcess.Serve() : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
