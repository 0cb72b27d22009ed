using DevOps.Server.Tests.Heartbeats.History;
using DevOps.Server.Tests.Hosting;

// This assembly is a program of its own: the tests, or, when a test starts it so, a backend or a writer that can be killed.
if (BackendProcess.IsWanted) return BackendProcess.Serve();
return HistoryProcess.IsWanted ? await HistoryProcess.WriteAsync() : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
