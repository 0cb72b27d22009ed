@{
    RootModule           = 'module/bin/DevOps.Cmdlets.dll'
    # Says what to do where the cmdlets cannot be loaded; exports nothing.
    NestedModules        = @('module/Preconditions.psm1')
    ModuleVersion        = '0.1.0'
    GUID                 = '5b0d1a52-6e34-4f0c-9d0a-3f6f5f3f6f11'
    Author               = 'The DevOps module authors'
    CompanyName          = 'The DevOps module authors'
    Copyright            = '(c) 2026 The DevOps module authors. MIT licence.'
    Description          = 'A deployment pipeline on DigitalOcean: fleets of droplets, push-to-deploy, rolling updates, heartbeats, canary releases and feature flags.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @(
        'module/Formats/Alerts.Format.ps1xml'
        'module/Formats/Balancing.Format.ps1xml'
        'module/Formats/CanaryReleases.Format.ps1xml'
        'module/Formats/Connections.Format.ps1xml'
        'module/Formats/Deployments.Format.ps1xml'
        'module/Formats/Droplets.Format.ps1xml'
        'module/Formats/Instances.Format.ps1xml'
        'module/Formats/LocalCloud.Format.ps1xml'
        'module/Formats/Releases.Format.ps1xml'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Add-AlertDestination'
        'Get-AlertDestination'
        'Remove-AlertDestination'
        'Test-AlertDestination'
        'Add-BalancerBackend'
        'Get-CanaryBalancer'
        'Remove-BalancerBackend'
        'Restart-CanaryBalancer'
        'Set-BalancerBackend'
        'Set-CanaryBalancer'
        'Start-CanaryBalancer'
        'Stop-CanaryBalancer'
        'Watch-CanaryBalancer'
        'Complete-CanaryRelease'
        'Get-CanaryRelease'
        'Invoke-CanaryRelease'
        'Resume-CanaryRelease'
        'Suspend-CanaryRelease'
        'Undo-CanaryRelease'
        'Get-ApplicationInstance'
        'Get-ApplicationLog'
        'Get-Deployment'
        'Invoke-Deployment'
        'Invoke-RollingUpdate'
        'Publish-ApplicationRelease'
        'Restart-ApplicationInstance'
        'Start-ApplicationInstance'
        'Stop-ApplicationInstance'
        'Stop-Deployment'
        'Undo-Deployment'
        'Connect-DigitalOcean'
        'Disconnect-DigitalOcean'
        'Get-DigitalOcean'
        'Get-Droplet'
        'Get-DropletFleet'
        'Get-LocalCloud'
        'Invoke-DropletCommand'
        'New-DropletFleet'
        'Remove-DeploymentEnvironment'
        'Remove-Droplet'
        'Remove-DropletFleet'
        'Select-DigitalOcean'
        'Set-DropletFleet'
        'Start-LocalCloud'
        'Stop-LocalCloud'
        'Get-ApplicationRelease'
        'Install-DeploymentHook'
        'New-ApplicationRelease'
        'Test-DeploymentEnvironment'
        'Uninstall-DeploymentHook'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('DigitalOcean', 'Deployment', 'DevOps', 'RollingUpdate', 'Droplet', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
            LicenseUri   = 'https://opensource.org/licenses/MIT'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
