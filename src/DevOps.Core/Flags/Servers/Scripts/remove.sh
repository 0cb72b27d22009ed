# Removes the server and all its data, if it is ours.
# Arguments: SERVER
server=$1
owner=$(server_of_node)
[ -n "$owner" ] || exit 0
[ "$owner" = "$server" ] || fail FeatureFlagServerNodeTaken "The node belongs to the feature flag server '$owner'."

systemctl disable --now --quiet "$unit" 2>/dev/null || true
export DEBIAN_FRONTEND=noninteractive
apt-get purge --yes --auto-remove -o DPkg::Lock::Timeout=120 redis-server redis-tools >/dev/null 2>&1 </dev/null ||
    fail FeatureFlagServerNotRemoved "The package redis-server cannot be removed."
# The configuration last: it says whose node it is, should this be interrupted.
rm -rf "$data" /var/log/redis "$held" /usr/local/lib/devops/flag-server-guard /etc/systemd/system/redis-server.service.d
rm -rf /etc/redis
systemctl daemon-reload
