# Tells how the unit is: "active", "failed", "inactive" or what else systemd says, and what the service said last if it is not active.
state=$(systemctl is-active "$SERVICE_UNIT" 2>/dev/null || true)
echo "$state"
[ "$state" = active ] || last_words
