# Installs redis-server, and starts nothing. Takes over no Redis with data that somebody else made.
# Arguments: SERVER
server=$1

[ "$(id -u)" -eq 0 ] || fail HostNotRoot "Installing needs the root account of the host."
command -v apt-get >/dev/null || fail HostToolMissing "The host lacks apt-get; the feature flag server is installed on Debian and Ubuntu."

owner=$(server_of_node)
[ -z "$owner" ] || [ "$owner" = "$server" ] || fail FeatureFlagServerNodeTaken "The node belongs to the feature flag server '$owner'."

is_installed() { [ "$(dpkg-query -W -f '${Status}' redis-server 2>/dev/null)" = 'install ok installed' ]; }
if is_installed; then
    if [ -z "$owner" ] && { holds_data || [ -s "$FLAGS_DATA/dump.rdb" ]; }; then
        fail FeatureFlagServerNodeTaken "The host has a Redis server with data already, which nobody of us made."
    fi
    exit 0
fi

# The package starts it at once with a configuration that is not ours.
systemctl mask --runtime --quiet "$FLAGS_UNIT"
trap 'systemctl unmask --runtime --quiet "$FLAGS_UNIT"' EXIT
export DEBIAN_FRONTEND=noninteractive
install_package() { apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=120 redis-server </dev/null; }
if ! output=$(install_package 2>&1); then
    apt-get update -o DPkg::Lock::Timeout=120 >/dev/null 2>&1 || true
    output=$(install_package 2>&1) || fail FeatureFlagServerPackageMissing "redis-server cannot be installed: $(printf '%s' "$output" | grep -E '^E:' | tail -n 2 | tr '\n' ' ')"
fi
echo "changed the package redis-server"
