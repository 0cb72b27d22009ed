# Removes the server and all its data, if it is ours.
# Arguments: SERVER
server=$1
owner=$(server_of_node)
[ -n "$owner" ] || exit 0
[ "$owner" = "$server" ] || fail FeatureFlagServerNodeTaken "The node belongs to the feature flag server '$owner'."

systemctl disable --now --quiet "$FLAGS_UNIT" 2>/dev/null || true
# The package last: with it goes the configuration, which says whose node it is, should this be interrupted.
rm -rf "$FLAGS_DATA" /var/log/redis "$FLAGS_HELD" /usr/local/lib/devops/flag-server-guard /etc/systemd/system/redis-server.service.d
export DEBIAN_FRONTEND=noninteractive
apt-get purge --yes --auto-remove -o DPkg::Lock::Timeout=120 redis-server redis-tools >/dev/null 2>&1 </dev/null ||
    fail FeatureFlagServerNotRemoved "The package redis-server cannot be removed."
rm -rf /etc/redis
systemctl daemon-reload
