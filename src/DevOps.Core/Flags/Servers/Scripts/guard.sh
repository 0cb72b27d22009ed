#!/bin/sh
# Runs before redis-server does. A master that has lost its data must not start: its replicas would copy the emptiness.
# The mark is outside of the data's folder, so that it is still there when the data is not.
grep -q '^replicaof ' /etc/redis/role.conf && exit 0
[ -e /etc/devops/flag-server.held ] || exit 0
[ -s /var/lib/redis/appendonlydir/appendonly.aof.manifest ] && exit 0
echo "This node was the master of the feature flags and its data is gone from /var/lib/redis. It does not start, since its replicas would lose theirs. Run Install-FeatureFlagServer again: a replica becomes the master, and this node copies it." >&2
exit 1
