# The Debian packages that tests and benchmarks need. Dot-sourced by build.ps1.

# What the local cloud needs for its droplets.
$cloudPackages = @('podman', 'runc', 'netavark', 'iptables', 'mmdebstrap', 'debian-archive-keyring', 'ca-certificates')
# What builds the sample applications.
$samplePackages = @('openjdk-17-jdk-headless', 'libtomcat10-java')
# What every run needs. The tests of heartbeats check real Redis servers, which they start themselves.
$basePackages = @('git', 'shellcheck', 'redis-server')
# What looks at the pages of the heartbeat monitor and of checkbox.io. Without it those tests are skipped.
$browserPackages = @('chromium')
# Whom the benchmarks measure, and with what. The program is called as its package is.
$peerPrograms = @('haproxy', 'nginx', 'wrk', 'nodejs', 'npm', 'prometheus-blackbox-exporter', 'redis-server')

# Installs what is missing, or says with which command that is done. Returns nothing when the tests can go on, else throws.
function Install-TestPackage([bool] $WithDroplets, [bool] $WithBrowser) {
    $wanted = if ($WithDroplets) { $basePackages + $cloudPackages + $samplePackages } else { $basePackages }
    if ($WithBrowser -and [Environment]::IsPrivilegedProcess) {
        $wanted += $browserPackages
        # What runs checkbox.io; one from elsewhere is as good as Debian's.
        if (-not (Get-Command node -CommandType Application -TotalCount 1 -ErrorAction Ignore)) { $wanted += 'nodejs' }
    }
    if (-not [IO.File]::Exists('/usr/bin/dpkg-query')) {
        "This is not Debian: the tests expect what Debian has in $($wanted -join ', ')."
        return
    }

    Install-DebianPackage @($wanted | Where-Object { -not (Test-DebianPackage $_) }) 'tests'
}

# The same for the benchmarks' peers. A program from elsewhere is as good as Debian's, such as a newer node.
function Install-PeerPackage {
    $missing = @($peerPrograms | Where-Object { -not (Get-Command ($_ -replace 'js$'), "/usr/sbin/$_" -CommandType Application -TotalCount 1 -ErrorAction Ignore) })
    if (-not [IO.File]::Exists('/usr/bin/dpkg-query')) {
        if ($missing) { "This is not Debian: the benchmarks expect what Debian has in $($missing -join ', ')." }
        return
    }

    Install-DebianPackage $missing 'benchmarks'
}

function Install-DebianPackage([string[]] $Missing, [string] $For) {
    if ($Missing.Count -eq 0) { return }
    $install = "apt-get install --yes --no-install-recommends $($Missing -join ' ')"
    if (-not [Environment]::IsPrivilegedProcess) {
        throw "The $For need packages that this machine lacks. Run: sudo $install"
    }

    "Installing what the $For need: $($Missing -join ', ')"
    [Environment]::SetEnvironmentVariable('DEBIAN_FRONTEND', 'noninteractive')
    & apt-get update --quiet=2
    if ($LASTEXITCODE -ne 0) { throw "apt-get update failed with exit code $LASTEXITCODE. Mend the package sources, then run: $install" }

    # Tests and benchmarks start them themselves. As services they would begin to listen, now and at each boot.
    $services = @($Missing | Where-Object { $_ -in 'haproxy', 'nginx', 'redis-server', 'prometheus-blackbox-exporter' })
    $policy = '/usr/sbin/policy-rc.d'
    $isOurs = $services -and -not [IO.File]::Exists($policy)
    try {
        if ($isOurs) {
            [IO.File]::WriteAllText($policy, "#!/bin/sh`nexit 101`n")
            [IO.File]::SetUnixFileMode($policy, [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute')
        }
        & apt-get install --yes --no-install-recommends --quiet=2 @Missing
        if ($LASTEXITCODE -ne 0) { throw "The packages could not be installed (exit code $LASTEXITCODE). Run: $install" }
        if ($services -and (Get-Command systemctl -CommandType Application -TotalCount 1 -ErrorAction Ignore)) {
            & systemctl disable --quiet @services
            if ($LASTEXITCODE -ne 0) { throw "The services $($services -join ', ') could not be switched off (exit code $LASTEXITCODE). Run: systemctl disable --now $($services -join ' ')" }
        }
    }
    finally {
        if ($isOurs) { [IO.File]::Delete($policy) }
    }
}

function Test-DebianPackage([string] $Package) {
    $status = & dpkg-query --show --showformat '${db:Status-Status}' $Package 2>$null
    $LASTEXITCODE -eq 0 -and $status -eq 'installed'
}
