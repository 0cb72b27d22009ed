# Puts files in place, and has the service run with them. Tells what it changed, a line each.
# Arguments: SERVER PROGRAM PERSISTENT
# Standard input: a line a file: PATH MODE GROUP CONTENT, the content in base64.
server=$1 program=$2 persistent=$3
owner=$(server_of_service)
[ -z "$owner" ] || [ "$owner" = "$server" ] || fail FeatureFlagServiceNodeTaken "The node has the service of flag server '$owner'."

id -u "$SERVICE_ACCOUNT" >/dev/null 2>&1 || useradd --system --user-group --home-dir "$SERVICE_STATE" --no-create-home --shell /usr/sbin/nologin "$SERVICE_ACCOUNT"
put_files
systemctl daemon-reload
if [ "$persistent" = yes ]; then systemctl enable --quiet "$SERVICE_UNIT"; else systemctl disable --quiet "$SERVICE_UNIT"; fi
if [ -n "$PUT_CHANGED" ] || ! systemctl is-active --quiet "$SERVICE_UNIT"; then
    systemctl reset-failed "$SERVICE_UNIT" 2>/dev/null || true
    # Returns once the service says that it answers.
    if ! systemctl restart "$SERVICE_UNIT"; then
        cause=$(last_words)
        systemctl stop "$SERVICE_UNIT" || true
        # Whoever asked the one that was there is answered again.
        if put_back; then
            systemctl daemon-reload
            systemctl restart "$SERVICE_UNIT" || cause="$cause The one before does not start any more, either."
        fi
        fail FeatureFlagServiceNotStarted "The service does not start: $cause"
    fi
    echo "changed $SERVICE_UNIT: started"
fi
# What ran before is not needed any more.
for other in "$SERVICE_PROGRAMS"/*; do
    [ "$other" = "$SERVICE_PROGRAMS/$program" ] || rm -rf "$other"
done
