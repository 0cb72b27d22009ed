# What must hold before the cmdlets' assembly is loaded. Nested modules are loaded before the root module, so this one can
# say what to do where PowerShell would say nothing, or only that a file is missing. It exports nothing. It is short, and
# looks for no type of the module by name, because each import waits for it.
if ([System.AppContext]::GetData('DevOps.Cmdlets')) { . "$PSScriptRoot/LoadedBefore.ps1" }
elseif (-not [System.IO.File]::Exists("$PSScriptRoot/bin/DevOps.Cmdlets.dll")) { . "$PSScriptRoot/NotBuilt.ps1" }
