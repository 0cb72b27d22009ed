# What every script of this folder but the guard has before its own text, behind the beginning that all hosts' scripts share.
# Exported, so that the scripts, which a checker reads one by one, may use them.
export FLAGS_UNIT=redis-server.service
export FLAGS_CONFIGURATION=/etc/redis/redis.conf
export FLAGS_ROLE=/etc/redis/role.conf
export FLAGS_HELD=/etc/devops/flag-server.held
export FLAGS_DATA=/var/lib/redis
mark='# DevOps feature flag server '

# The server that this node was made a part of, if any.
server_of_node() { [ ! -f "$FLAGS_CONFIGURATION" ] || sed -n "1s/^$mark//p" "$FLAGS_CONFIGURATION"; }

holds_data() { [ -s "$FLAGS_DATA/appendonlydir/appendonly.aof.manifest" ]; }
