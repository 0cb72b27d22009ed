# Puts files in place, and has the server run with them. Tells what it changed, a line each.
# Standard input: a line a file: PATH MODE GROUP CONTENT, the content in base64.
put_files
systemctl daemon-reload
if ! systemctl is-enabled --quiet "$FLAGS_UNIT"; then
    systemctl enable --quiet "$FLAGS_UNIT" 2>/dev/null
    echo "changed $FLAGS_UNIT: it starts with the machine"
fi
if [ -n "$PUT_CHANGED" ] || ! systemctl is-active --quiet "$FLAGS_UNIT"; then
    systemctl reset-failed "$FLAGS_UNIT" 2>/dev/null || true
    if ! systemctl restart "$FLAGS_UNIT"; then
        if holds_data || [ ! -e "$FLAGS_HELD" ] || grep -q '^replicaof ' "$FLAGS_ROLE"; then
            fail FeatureFlagServerNotStarted "redis-server does not start: $(journalctl --unit "$FLAGS_UNIT" --lines 3 --output cat --no-pager | tr '\n' ' ')$(tail -n 3 /var/log/redis/redis-server.log 2>/dev/null | tr '\n' ' ')"
        fi
        fail FeatureFlagServerDataGone "The node was the master and its data is gone."
    fi
    echo "changed $FLAGS_UNIT: started"
fi
# From now on it has what must not be lost.
[ -e "$FLAGS_HELD" ] || { install -d -m 0700 "$(dirname "$FLAGS_HELD")"; : >"$FLAGS_HELD"; }
