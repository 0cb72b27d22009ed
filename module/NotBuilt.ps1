# A checkout that is not built has no root module. Dot-sourced by Preconditions.psm1.
$root = [System.IO.Path]::GetDirectoryName($PSScriptRoot)
$command = $IsWindows ? "pwsh '$root\build.ps1' -Task Build" : "'$root/devops' '$root/build.ps1' -Task Build"
throw [System.Management.Automation.ErrorRecord]::new(
    [System.InvalidOperationException]::new("This checkout of DevOps is not built. Run $command, then import it again."),
    'ModuleNotBuilt', 'NotInstalled', $root)
