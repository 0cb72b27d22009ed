# What must hold before the cmdlets' assembly is loaded. Nested modules are loaded before the root module, so this one can
# say what to do where PowerShell would say nothing, or only that a file is missing. It exports nothing. It is short because
# each import waits for it to be compiled.
$assembly = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'DevOps.Cmdlets.dll')
$loaded = 'DevOps.Cmdlets.Loading.ModuleInitializer' -as [type]
if ($loaded) { . "$PSScriptRoot/LoadedBefore.ps1" }
elseif (-not [System.IO.File]::Exists($assembly)) { . "$PSScriptRoot/NotBuilt.ps1" }
