# Tells all that is needed to judge an application on its host, one KEY=VALUE a line; texts of others are in base64.
# What to ask for comes from the release that is in use, so an earlier release is judged by its own rules.
# Arguments: APP ADDRESS TIMEOUT_SECONDS
app=$1 address=$2 limit=$3
root=/opt/devops/$app

systemctl show --timestamp=unix --property LoadState,ActiveState,SubState,Result,InvocationID,ControlGroup,MainPID,NRestarts,ExecMainStatus,ExecMainStartTimestamp "$app.service"

# The releases that are here: folder, artifact digest, configuration digest.
for digests in "$root"/releases/*/.devops/digests; do
    [ -f "$digests" ] || continue
    folder=${digests%/.devops/digests}
    echo "Sealed=${folder##*/} $(cat "$digests")"
done

current=$(readlink "$root/current" 2>/dev/null) || exit 0
echo "Folder=${current##*/}"
meta=$root/$current/.devops
[ -f "$meta/probe" ] || exit 0
echo "Release=$(base64 -w 0 "$meta/release.json")"

# Three lines: the port, the path, and what the answer must hold (or nothing).
{ read -r port; read -r path; read -r contains || true; } <"$meta/probe"

group=$(systemctl show --property ControlGroup --value "$app.service")
nobody=yes
# Asked where it listens: an application may serve one address only. One that serves all is asked at the host's own.
bound=$(ss -H -l -t -n "sport = :$port" | awk 'NR == 1 { sub(/:[0-9]+$/, "", $4); print $4 }')
case $bound in '' | '*' | 0.0.0.0 | '[::]') ;; *) address=${bound%%%*} ;; esac

# Every process that listens on the port: is it the unit's, and from where does it run?
for process in $(ss -H -l -t -n -p "sport = :$port" | grep -o 'pid=[0-9]*' | sort -u); do
    process=${process#pid=}
    nobody=
    inside=no
    if [ -n "$group" ]; then
        while IFS= read -r line; do
            case $line in *"$group" | *"$group"/*) inside=yes ;; esac
        done <"/proc/$process/cgroup" || continue
    fi
    folder=$(readlink "/proc/$process/cwd") || continue
    echo "Listener=$process $inside $(tr -d ' \n' <"/proc/$process/comm") $folder"
done

if [ -n "$nobody" ]; then
    echo "HttpError=$(printf 'nobody listens on port %s' "$port" | base64 -w 0)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The answer is bounded in time and in size; an application that sends without end ends the transfer, not the check.
curl -sS --noproxy '*' --max-time "$limit" -o - -w '%{stderr}%{http_code}' "http://$address:$port$path" 2>"$work/told" | head -c 65536 >"$work/body" || true
status=$(tail -c 3 "$work/told")
if [ "$status" = 000 ]; then
    echo "HttpError=$(head -c -3 "$work/told" | head -n 1 | head -c 300 | base64 -w 0)"
else
    echo "HttpStatus=$status"
    echo "HttpBody=$(head -c 300 "$work/body" | base64 -w 0)"
    if [ -z "$contains" ] || grep -qF -e "$contains" "$work/body"; then echo HttpContains=yes; else echo HttpContains=no; fi
fi
