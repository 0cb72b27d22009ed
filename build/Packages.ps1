# The Debian packages that tests need. Dot-sourced by build.ps1.

# What the local cloud needs for its droplets.
$cloudPackages = @('podman', 'runc', 'netavark', 'iptables', 'mmdebstrap', 'debian-archive-keyring', 'ca-certificates')
# What builds the sample applications.
$samplePackages = @('openjdk-17-jdk-headless', 'libtomcat10-java')
# What every run needs.
$basePackages = @('git', 'shellcheck')

# Installs what is missing, or says with which command that is done. Returns nothing when the tests can go on, else throws.
function Install-TestPackage([bool] $WithDroplets) {
    $wanted = if ($WithDroplets) { $basePackages + $cloudPackages + $samplePackages } else { $basePackages }
    if (-not [IO.File]::Exists('/usr/bin/dpkg-query')) {
        "This is not Debian: the tests expect what Debian has in $($wanted -join ', ')."
        return
    }

    $missing = @($wanted | Where-Object { -not (Test-DebianPackage $_) })
    if ($missing.Count -eq 0) { return }
    $install = "apt-get install --yes --no-install-recommends $($missing -join ' ')"
    if (-not [Environment]::IsPrivilegedProcess) {
        throw "The tests need packages that this machine lacks. Run: sudo $install"
    }

    "Installing what the tests need: $($missing -join ', ')"
    [Environment]::SetEnvironmentVariable('DEBIAN_FRONTEND', 'noninteractive')
    & apt-get update --quiet=2
    if ($LASTEXITCODE -ne 0) { throw "apt-get update failed with exit code $LASTEXITCODE. Mend the package sources, then run: $install" }
    & apt-get install --yes --no-install-recommends --quiet=2 @missing
    if ($LASTEXITCODE -ne 0) { throw "The packages could not be installed (exit code $LASTEXITCODE). Run: $install" }
}

function Test-DebianPackage([string] $Package) {
    $status = & dpkg-query --show --showformat '${db:Status-Status}' $Package 2>$null
    $LASTEXITCODE -eq 0 -and $status -eq 'installed'
}
