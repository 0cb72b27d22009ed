# What every script of this folder but the guard begins with; it is put before the script's own text.
set -eu
umask 022
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unit=redis-server.service
configuration=/etc/redis/redis.conf
role=/etc/redis/role.conf
held=/etc/devops/flag-server.held
data=/var/lib/redis
mark='# DevOps feature flag server '

# Ends the script with a failure that the control host knows by its id.
fail() { # ID MESSAGE
    printf 'devops-failure:%s %s\n' "$1" "$2" >&2
    exit 90
}

# The server that this node was made a part of, if any.
server_of_node() { [ ! -f "$configuration" ] || sed -n "1s/^$mark//p" "$configuration"; }

holds_data() { [ -s "$data/appendonlydir/appendonly.aof.manifest" ]; }
