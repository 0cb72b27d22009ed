# Copies the staged module to where PowerShell looks for modules. Dot-sourced by build.ps1.

function Install-StagedModule([string] $Destination) {
    $version = Get-ModuleVersion
    $source = "$root/out/DevOps/$version"
    $modules = if ($Destination) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Destination) } else { Get-UserModuleFolder }
    $target = [IO.Path]::Combine($modules, 'DevOps', $version)
    if ((Get-FolderDigest $source) -eq (Get-FolderDigest $target)) {
        "DevOps $version is already installed in $target."
        return
    }

    # Beside the old one, then a rename: a session that has the module loaded keeps the files it has open.
    $new = "$target.new"
    $old = "$target.old"
    foreach ($folder in $new, $old) { if ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) } }
    Copy-Folder $source $new
    if ([IO.Directory]::Exists($target)) {
        try { [IO.Directory]::Move($target, $old) }
        catch [IO.IOException], [UnauthorizedAccessException] {
            [IO.Directory]::Delete($new, $true)
            throw "DevOps $version in $target is in use: $($_.Exception.Message) Close the PowerShell sessions that loaded it, or raise the version in Directory.Build.props and DevOps.psd1, then run ./devops build.ps1 -Task Install again."
        }
    }
    [IO.Directory]::Move($new, $target)
    if ([IO.Directory]::Exists($old)) {
        [IO.Directory]::Delete($old, $true)
        "Replaced DevOps $version in $target. Sessions that had loaded it keep the old one until they end."
    }
    else { "Installed DevOps $version in $target." }
    if (-not $Destination) { 'In PowerShell 7.6: Import-Module DevOps; Get-Help about_DevOps' }
}

# The rule of PowerShell itself for modules of the current user.
function Get-UserModuleFolder {
    if ([OperatingSystem]::IsWindows()) {
        return [IO.Path]::Combine([Environment]::GetFolderPath('MyDocuments'), 'PowerShell', 'Modules')
    }
    $data = [Environment]::GetEnvironmentVariable('XDG_DATA_HOME')
    if (-not $data) { $data = [IO.Path]::Combine([Environment]::GetFolderPath('UserProfile'), '.local', 'share') }
    [IO.Path]::Combine($data, 'powershell', 'Modules')
}

function Copy-Folder([string] $Source, [string] $Target) {
    foreach ($file in [IO.Directory]::GetFiles($Source, '*', [IO.SearchOption]::AllDirectories)) {
        $copy = [IO.Path]::Combine($Target, [IO.Path]::GetRelativePath($Source, $file))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($copy))
        [IO.File]::Copy($file, $copy)
    }
}

# One text for all names and contents of a folder; nothing when there is no such folder.
function Get-FolderDigest([string] $Folder) {
    if (-not [IO.Directory]::Exists($Folder)) { return }
    $files = [IO.Directory]::GetFiles($Folder, '*', [IO.SearchOption]::AllDirectories)
    [Array]::Sort($files, [StringComparer]::Ordinal)
    $lines = foreach ($file in $files) {
        $content = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($file)))
        "$([IO.Path]::GetRelativePath($Folder, $file)) $content"
    }
    $lines -join "`n"
}
