# Feature flags on a real Redis server, in a real PowerShell.

BeforeDiscovery {
    $hasRedis = [bool](Get-Command redis-server -CommandType Application -ErrorAction Ignore)
}

Describe 'Feature flags' -Skip:(-not $hasRedis) {
    BeforeAll {
        $before = $env:DEVOPS_STATE
        $env:DEVOPS_STATE = Join-Path $TestDrive 'state'
        Import-Module (Resolve-Path "$PSScriptRoot/../../DevOps.psd1").Path -Force -ErrorAction Stop
        $socket = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $socket.Start()
        $port = $socket.LocalEndpoint.Port
        $socket.Stop()
        $redis = Start-Process redis-server "--port $port --bind 127.0.0.1 --save '' --dir $TestDrive --notify-keyspace-events E`$" -PassThru -RedirectStandardOutput (Join-Path $TestDrive 'redis.log')
        $deadline = [DateTime]::UtcNow.AddSeconds(30)
        do {
            $failure = $null
            Connect-FeatureFlagServer -Name flags -Uri "redis://127.0.0.1:$port" -ErrorVariable failure -ErrorAction SilentlyContinue | Out-Null
        } while ($failure -and [DateTime]::UtcNow -lt $deadline)
    }

    AfterAll {
        if ($redis) { $redis | Stop-Process -Force }
        Remove-Module DevOps -ErrorAction Ignore
        $env:DEVOPS_STATE = $before
    }

    It 'sets a Boolean with two words' {
        Set-FeatureFlag featureflag true
        (Get-FeatureFlag featureflag).Value | Should -BeTrue
    }

    It 'shows flags as a table' {
        Get-FeatureFlag | Out-String | Should -Match 'Name\s+Value\s+Rule\s+Changed\s+By'
    }

    It 'gives a share of the users the value' {
        Set-FeatureFlag shared true -Percentage 50
        $variants = 1..200 | ForEach-Object { Test-FeatureFlag shared "user-$_" } | Group-Object Variant
        $variants.Name | Sort-Object | Should -Be 'off', 'on'
    }

    It 'keeps a table as JSON' {
        Set-FeatureFlag limits @{ uploads = 5 } -PassThru | ForEach-Object Value | Should -Be '{"uploads":5}'
    }

    It 'refuses another type' {
        { Set-FeatureFlag featureflag hello -Type String -ErrorAction Stop } | Should -Throw -ErrorId 'FeatureFlagTypeConflict,DevOps.Cmdlets.Flags.SetFeatureFlagCommand'
    }

    It 'says who, from what to what, and why' {
        Set-FeatureFlag featureflag false -Reason 'too slow'
        $change = Get-FeatureFlagHistory featureflag -First 1
        $change.From, $change.To, $change.Reason | Should -Be 'true', 'false', 'too slow'
    }

    Context 'the service that applications ask' {
        BeforeAll {
            Set-FeatureFlag featureflag true
            $socket = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $socket.Start()
            $port = $socket.LocalEndpoint.Port
            $socket.Stop()
            $service = Start-FeatureFlagService -Port $port -PassThru -ErrorAction Stop
        }

        AfterAll {
            Stop-FeatureFlagService flags -Remove
        }

        It 'answers with a flag by its name' {
            (Invoke-RestMethod "$($service.Uri)featureflag").featureflag | Should -BeTrue
        }

        It 'follows a change' {
            Set-FeatureFlag featureflag false
            $deadline = [DateTime]::UtcNow.AddSeconds(30)
            do { $value = (Invoke-RestMethod "$($service.Uri)featureflag").featureflag } while ($value -and [DateTime]::UtcNow -lt $deadline)
            $value | Should -BeFalse
        }

        It 'is shown as a table' {
            Get-FeatureFlagService | Out-String | Should -Match 'Server\s+Node\s+State\s+Flags\s+Uri'
        }

        It 'wants a token once an application has one' {
            $token = New-FeatureFlagToken shop -Force
            $deadline = [DateTime]::UtcNow.AddSeconds(30)
            do { Invoke-RestMethod "$($service.Uri)featureflag" -SkipHttpErrorCheck -StatusCodeVariable status | Out-Null } while ($status -eq 200 -and [DateTime]::UtcNow -lt $deadline)
            $status | Should -Be 401
            (Invoke-RestMethod "$($service.Uri)featureflag" -Authentication Bearer -Token $token.Token -AllowUnencryptedAuthentication).featureflag | Should -BeFalse
        }
    }
}
