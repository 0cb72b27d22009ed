# What every script of this folder but the guard begins with; it is put before the script's own text.
set -eu
umask 022
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Exported, so that the scripts, which a checker reads one by one, may use them.
export FLAGS_UNIT=redis-server.service
export FLAGS_CONFIGURATION=/etc/redis/redis.conf
export FLAGS_ROLE=/etc/redis/role.conf
export FLAGS_HELD=/etc/devops/flag-server.held
export FLAGS_DATA=/var/lib/redis
mark='# DevOps feature flag server '

# Ends the script with a failure that the control host knows by its id.
fail() { # ID MESSAGE
    printf 'devops-failure:%s %s\n' "$1" "$2" >&2
    exit 90
}

# The server that this node was made a part of, if any.
server_of_node() { [ ! -f "$FLAGS_CONFIGURATION" ] || sed -n "1s/^$mark//p" "$FLAGS_CONFIGURATION"; }

holds_data() { [ -s "$FLAGS_DATA/appendonlydir/appendonly.aof.manifest" ]; }
