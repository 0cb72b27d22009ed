using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

/// <summary>Why a start is quick: what it runs was compiled before.</summary>
public sealed class PrecompiledTests
{
    [Theory]
    [InlineData("DevOps.Shell.dll")]
    [InlineData("runtimes/unix/lib/net10.0/System.Management.Automation.dll")]
    public void The_shell_and_its_engine_are_compiled_ahead_of_time(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows there is PowerShell.");
        Assert.SkipUnless(RuntimeInformation.OSArchitecture is Architecture.X64 or Architecture.Arm64, ".NET has no such compiler here.");
        using var program = new PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(BundledShell.Program)!, file)));
        // ECMA-335 II.25.3.3: the place of code for a machine, which a ReadyToRun image uses.
        Assert.NotEqual(0, program.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
    }
}
