using Xunit.Sdk;
using Xunit.v3;

// Cmdlets find the state folder through an environment variable, which a process has only once.
[assembly: Parallelization(Mode = ParallelMode.None)]
