namespace DevOps.Shell.CommandLine;

/// <summary>How to get PowerShell itself.</summary>
internal static class InstallAdvice
{
    /// <summary>The page that tells how to install PowerShell on each system.</summary>
    public const string Address = "https://aka.ms/install-powershell";
}
