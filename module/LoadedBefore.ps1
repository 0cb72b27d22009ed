# .NET loads an assembly of a name once, and another copy of the module would silently run the code of the first.
# Dot-sourced by Preconditions.psm1.
$assembly = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'DevOps.Cmdlets.dll')
$loaded = [DevOps.Cmdlets.Loading.ModuleInitializer]
$location = $loaded.Assembly.Location
if ($location -ne $assembly) {
    throw [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new("This session has loaded DevOps from '$location' and cannot load it from '$assembly' as well. Start a new session to use the other one."),
        'ModuleLoadedFromElsewhere', 'ResourceBusy', $assembly)
}

# The identity that the compiler gives each build's outcome.
$image = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead($assembly))
try {
    $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
    $isSame = $metadata.GetGuid($metadata.GetModuleDefinition().Mvid) -eq $loaded.Module.ModuleVersionId
}
finally { $image.Dispose() }
if (-not $isSame) {
    $Host.UI.WriteWarningLine('DevOps was built anew after this session had loaded it, and the session goes on with the earlier build. Start a new session to use the new one.')
}
