# Takes an application out of service on a host that served none before. What was published stays.
# Arguments: APP
app=$1
# No health check follows, so what does not stop must be told here. A host that never got as far has no unit.
if [ -f "/etc/systemd/system/$app.service" ]; then
    systemctl disable --quiet --now "$app.service"
fi
systemctl reset-failed "$app.service" 2>/dev/null || true
rm -f "/opt/devops/$app/current" "/etc/devops/$app.env"
