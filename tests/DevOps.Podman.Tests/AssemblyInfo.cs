using Xunit.Sdk;
using Xunit.v3;

// Each test starts hosts of its own; side by side they would only wait for each other's processor.
[assembly: Parallelization(Mode = ParallelMode.None)]
