# Ends the service, which no longer starts with the machine; with REMOVE nothing of it stays.
# Arguments: SERVER REMOVE
server=$1 is_removed=$2
owner=$(server_of_service)
[ "$owner" = "$server" ] || exit 0
systemctl disable --now --quiet "$SERVICE_UNIT"
[ "$is_removed" = yes ] || exit 0
rm -rf "$SERVICE_PROGRAMS" "$SERVICE_SETTINGS" "$SERVICE_STATE"
if id -u "$SERVICE_ACCOUNT" >/dev/null 2>&1; then userdel "$SERVICE_ACCOUNT"; fi
# The unit last: it says whose service it was, should this be interrupted.
rm -f "/etc/systemd/system/$SERVICE_UNIT"
systemctl daemon-reload
