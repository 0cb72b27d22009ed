# The reference installation: five iTrust instances, and two checkbox.io instances of which the second is the canary,
# all on one database server; and the feature flags that checkbox.io asks for. This file belongs to the operator of the
# control host; it is never taken from a push. Get-Help about_DevOps explains the keys; Test-DeploymentEnvironment
# checks them.
@{
    Name         = 'production'

    # The saved connection whose account holds the fleets. Start-LocalCloud saves 'local', Connect-DigitalOcean any other.
    Connection   = 'local'

    # What the applications share and no push deploys.
    Services     = @(
        @{ Name = 'database'; Fleet = 'data'; Port = 3306 }
        @{ Name = 'flags'; Fleet = 'flags'; Port = 8014 }
    )

    # In the order in which they are deployed.
    Applications = @(
        @{
            Name      = 'itrust'
            Fleet     = 'itrust'
            Source    = 'itrust'
            Build     = './build.sh'
            Artifact  = 'build'
            Command   = '/bin/sh start.sh'
            Port      = 8080
            Variables = @{ APP_PORT = '{{ application.port }}' }
            Secrets   = @{ DATABASE_PASSWORD = @{ File = 'secrets/itrust-database' } }
            Templates = @('webapps/ROOT/WEB-INF/classes/database.properties')
            Health    = @{ Path = '/health'; Contains = 'healthy: iTrust' }
        }
        @{
            Name      = 'checkbox'
            Fleet     = 'checkbox'
            Source    = 'checkbox'
            Command   = '/usr/bin/node server.js'
            Port      = 3002
            Variables = @{
                APP_PORT        = '{{ application.port }}'
                DATABASE_HOST   = '{{ service.database.address }}'
                DATABASE_PORT   = '{{ service.database.port }}'
                # Each of them answers, and any one is enough.
                FLAGS_ADDRESSES = '{{ service.flags.addresses }}'
                FLAGS_PORT      = '{{ service.flags.port }}'
                # Where Debian puts the modules of its node-… packages.
                NODE_PATH       = '/usr/share/nodejs'
            }
            Secrets   = @{
                DATABASE_PASSWORD = @{ File = 'secrets/checkbox-database' }
                # New-FeatureFlagToken checkbox -Path secrets/checkbox-flags makes it.
                FLAGS_TOKEN       = @{ File = 'secrets/checkbox-flags' }
            }
            Health    = @{ Path = '/health'; Contains = 'healthy: checkbox.io' }
            Canaries  = 1
            # The balancer in front of both, which leaves an instance out while it is switched.
            Balancer  = 'checkbox'
        }
    )
}
