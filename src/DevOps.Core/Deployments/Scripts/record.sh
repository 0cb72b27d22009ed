# Writes down how a release did on this host and, when KEEP is given, removes the releases that nobody needs any more.
# Arguments: APP FOLDER RELEASE good|failed AT [KEEP [NEEDED_FOLDER]...]
app=$1 folder=$2 release=$3 outcome=$4 at=$5 keep=${6:-}
root=/opt/devops/$app
history=$root/releases.jsonl
printf '{"at":"%s","release":"%s","folder":"%s","outcome":"%s"}\n' "$at" "$release" "$folder" "$outcome" >>"$history"
[ -n "$keep" ] || exit 0
shift 6

# Newest first, each once: only those that served well count, so a series of failures never pushes out the good ones.
good=$(sed -n 's/.*"folder":"\([^"]*\)","outcome":"good".*/\1/p' "$history" | tac | awk '!seen[$0]++')
current=$(readlink "$root/current")
current=${current##*/}
# The one in use, what the caller may go back to whatever the history says of it, and the newest KEEP good ones besides.
needed=$(
    printf '%s\n' "$@"
    printf '%s\n' "$good" | grep -vxF -e "$current" | head -n "$((keep > 1 ? keep : 1))"
) || true

find "$root/releases" -mindepth 1 -maxdepth 1 -type d -name '.incoming-*' -mmin +1440 -exec rm -rf {} +
for path in "$root"/releases/*; do
    name=${path##*/}
    [ "$name" != "$current" ] || continue
    if printf '%s\n' "$needed" | grep -qxF -e "$name"; then continue; fi
    # Published after the one in use and never served: somebody is about to use it.
    if ! grep -qF "\"folder\":\"$name\"" "$history" &&
        [ -n "$(find "$path/.devops/digests" -newer "$root/releases/$current/.devops/digests")" ]; then continue; fi
    # Renamed first, so that a half-removed release is never taken for a sealed one.
    rm -rf "$root/releases/.incoming-removed-$name"
    mv -T "$path" "$root/releases/.incoming-removed-$name"
    rm -rf "$root/releases/.incoming-removed-$name" "/etc/devops/$app.env.d/$name"
done
