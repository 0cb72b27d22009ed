# Makes what an application needs on its host: a user and group of its own, and the folders. Changes nothing that is there.
# Arguments: APP
app=$1
root=/opt/devops/$app
unit=/etc/systemd/system/$app.service
mark='DevOps application'

[ "$(id -u)" -eq 0 ] || fail HostNotRoot "Deploying needs the root account of the host."

missing=
for tool in curl ss tar gzip sha256sum systemctl journalctl useradd base64; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || fail HostToolMissing "The host lacks:$missing."

# A name that belongs to somebody else is never taken over: deploying 'ssh' must not replace the SSH server.
fragment=$(systemctl show --property FragmentPath --value "$app.service")
if [ -n "$fragment" ] && [ "$fragment" != /dev/null ]; then
    if [ "$fragment" != "$unit" ] || ! grep -q "^# $mark" "$unit"; then
        fail ApplicationUnitTaken "The host already has a unit $app.service ($fragment) that no deployment made."
    fi
fi
if entry=$(getent passwd "$app"); then
    [ "$(printf '%s' "$entry" | cut -d: -f5)" = "$mark" ] ||
        fail ApplicationUserTaken "The host already has an account '$app' that no deployment made."
else
    useradd --system --user-group --no-create-home --home-dir "/var/lib/$app" --shell /usr/sbin/nologin --comment "$mark" "$app"
fi

install -d -m 0755 /opt/devops "$root" "$root/releases"
install -d -m 0750 -o "$app" -g "$app" "$root/shared"
install -d -m 0700 /etc/devops "/etc/devops/$app.env.d"
[ -f "$root/releases.jsonl" ] || : >"$root/releases.jsonl"
