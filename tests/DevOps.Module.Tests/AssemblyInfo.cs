using DevOps.Module.Tests;

[assembly: AssemblyFixture(typeof(ImportedModule))]
