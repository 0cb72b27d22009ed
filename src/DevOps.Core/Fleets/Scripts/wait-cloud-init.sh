# Waits until cloud-init has finished, then prints its result (JSON) and, after a line with three hyphens, the end of what
# its programs said; its own lines about networks and modules tell nobody what went wrong.
set -eu
# Its exit code says "done with errors" as well; the result file is what counts.
cloud-init status --wait >/dev/null 2>&1 || true
cat /run/cloud-init/result.json
echo
echo ---
grep -Ev '^(ci-info:|Cloud-init v\.|[0-9-]{10} [0-9:,]+ - )' /var/log/cloud-init-output.log 2>/dev/null | tail -n 30 || true
