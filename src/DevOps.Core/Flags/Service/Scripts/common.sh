# What every script of this folder has before its own text, behind the beginning that all hosts' scripts share.
# Exported, so that the scripts, which a checker reads one by one, may use them.
export SERVICE_UNIT=devops-flags.service
export SERVICE_ACCOUNT=devops-flags
export SERVICE_PROGRAMS=/opt/devops-flags
export SERVICE_SETTINGS=/etc/devops-flags
export SERVICE_STATE=/var/lib/devops-flags
mark='# DevOps feature flag service of '

# The flag server whose service is here, if any.
server_of_service() { [ ! -f "/etc/systemd/system/$SERVICE_UNIT" ] || sed -n "1s/^$mark//p" "/etc/systemd/system/$SERVICE_UNIT"; }

# What the service itself said last.
last_words() { journalctl "_SYSTEMD_UNIT=$SERVICE_UNIT" _TRANSPORT=stdout --lines 1 --output cat --no-pager; }
