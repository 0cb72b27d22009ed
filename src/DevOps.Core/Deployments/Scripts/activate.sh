# Makes an application serve a sealed release: stop, switch, start. Going back to an earlier release is the same.
# Arguments: APP FOLDER
# Prints the InvocationID of what was started.
app=$1 folder=$2
root=/opt/devops/$app
release=$root/releases/$folder
environment=/etc/devops/$app.env
kept=/etc/devops/$app.env.d/$folder
unit=/etc/systemd/system/$app.service

if [ ! -f "$release/.devops/unit" ] || [ ! -f "$kept" ]; then
    fail ReleaseNotOnHost "The release '$folder' of '$app' is not on the host any more."
fi

# There is no unit yet on the first deployment. A process that does not go away is found by the health facts, which ask
# that the listener is the one started below.
systemctl stop "$app.service" 2>/dev/null || true

# Each by rename: whatever dies here, the host has the old one or the new one.
install -m 0600 "$kept" "$environment.new"
mv "$environment.new" "$environment"
ln -sfn "releases/$folder" "$root/current.new"
mv -T "$root/current.new" "$root/current"
if ! cmp -s "$release/.devops/unit" "$unit"; then
    install -m 0644 "$release/.devops/unit" "$unit.new"
    mv "$unit.new" "$unit"
    systemctl daemon-reload
fi
systemctl is-enabled --quiet "$app.service" || systemctl enable --quiet "$app.service"

# Earlier failures must not count against this start. A start that fails is told by the health facts, with its reason.
systemctl reset-failed "$app.service" 2>/dev/null || true
systemctl start "$app.service" 2>/dev/null || true
systemctl show --property InvocationID --value "$app.service"
