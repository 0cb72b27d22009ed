# Tells how the unit is: "active", "failed", "inactive" or what else systemd says, and the last line of its journal if it is not active.
state=$(systemctl is-active "$SERVICE_UNIT" 2>/dev/null || true)
echo "$state"
[ "$state" = active ] || journalctl --unit "$SERVICE_UNIT" --lines 1 --output cat --no-pager 2>/dev/null || true
